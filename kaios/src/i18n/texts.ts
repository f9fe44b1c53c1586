// What every language has to say: the same as English, which is the source.

import type { en } from './en';

/** The forms that a number of things can take; which ones a language needs, Intl.PluralRules tells. */
export interface Plural {
  zero?: string;
  one?: string;
  two?: string;
  few?: string;
  many?: string;
  other: string;
}

type En = typeof en;
export type Texts = { [K in keyof En]: En[K] extends string ? string : Plural };
export type TextKey = { [K in keyof En]: En[K] extends string ? K : never }[keyof En];
export type PluralKey = Exclude<keyof En, TextKey>;
