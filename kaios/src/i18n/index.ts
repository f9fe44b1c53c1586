// The texts in the person's language, by key. Languages are loaded when they are wanted; English is always here.

import { createSignal } from 'solid-js';
import { en } from './en';
import type { Plural, PluralKey, TextKey, Texts } from './texts';

export type { TextKey } from './texts';

/** Every language, by its own name. */
export const LANGUAGES = {
  en: 'English',
  fr: 'Français',
  de: 'Deutsch',
  hi: 'हिन्दी',
  pt: 'Português',
  es: 'Español',
  sw: 'Kiswahili',
  ar: 'العربية',
} as const;

export type Language = keyof typeof LANGUAGES;

const LOADERS: Record<Exclude<Language, 'en'>, () => Promise<Texts>> = {
  fr: () => import('./fr').then((file) => file.fr),
  de: () => import('./de').then((file) => file.de),
  hi: () => import('./hi').then((file) => file.hi),
  pt: () => import('./pt').then((file) => file.pt),
  es: () => import('./es').then((file) => file.es),
  sw: () => import('./sw').then((file) => file.sw),
  ar: () => import('./ar').then((file) => file.ar),
};

interface Current {
  language: Language;
  texts: Texts;
  plurals: Intl.PluralRules;
  numbers: Intl.NumberFormat;
}

function current(language: Language, texts: Texts): Current {
  return { language, texts, plurals: new Intl.PluralRules(language), numbers: new Intl.NumberFormat(language) };
}

const [shown, setShown] = createSignal<Current>(current('en', en));

export const language = (): Language => shown().language;
export const direction = (): 'ltr' | 'rtl' => (shown().language === 'ar' ? 'rtl' : 'ltr');

/** The best of our languages for what a browser asks for. */
export function match(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split('-')[0] ?? '';
    if (primary in LANGUAGES) return primary as Language;
  }
  return 'en';
}

let tags: readonly string[] = [];

/** Remembers which languages the person's browser is set to: they tell where the person is. */
export function spokenHere(spoken: readonly string[]): void {
  tags = spoken;
}

/** The shown language as it is spoken where the person is: that decides between 12 and 24 hours. */
export function region(): string {
  return tags.find((tag) => tag.toLowerCase().startsWith(`${language()}-`)) ?? language();
}

export async function useLanguage(wanted: Language): Promise<void> {
  const texts = wanted === 'en' ? en : await LOADERS[wanted]();
  setShown(current(wanted, texts));
}

type Values = Record<string, string | number>;

/** Puts values where the text has their names in braces. */
export function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? shown().numbers.format(value) : value;
  });
}

/** The text of a key. */
export function t(key: TextKey, values?: Values): string {
  const text: string = shown().texts[key];
  return values ? fill(text, values) : text;
}

/** The form of a plural that a number takes. */
export function form(plural: Plural, rules: Intl.PluralRules, n: number): string {
  return plural[rules.select(n)] ?? plural.other;
}

/** The text of a key for so many things; `{n}` in it is the number. */
export function tn(key: PluralKey, n: number, values?: Values): string {
  const { texts, plurals } = shown();
  return fill(form(texts[key], plurals, n), { ...values, n });
}
