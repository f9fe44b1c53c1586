// Every text is there in every language, with the values and the plural forms that it needs.

import { afterEach, describe, expect, test } from 'vitest';
import { ar } from '../src/i18n/ar';
import { de } from '../src/i18n/de';
import { en } from '../src/i18n/en';
import type { Plural, Texts } from '../src/i18n/texts';
import { errorText, failureText, problemText, sealedText } from '../src/i18n/errors';
import { es } from '../src/i18n/es';
import { bytes, day, daysBetween, duration, shortly } from '../src/i18n/format';
import { fr } from '../src/i18n/fr';
import { hi } from '../src/i18n/hi';
import { direction, LANGUAGES, match, t, tn, useLanguage } from '../src/i18n';
import { pt } from '../src/i18n/pt';
import { sw } from '../src/i18n/sw';

const ALL: Record<string, Texts> = { en, fr, de, hi, pt, es, sw, ar };
const names = (text: string): string[] => Array.from(text.matchAll(/\{(\w+)\}/g), (match) => match[1] ?? '').sort();

afterEach(() => useLanguage('en'));

test('the languages that can be chosen are those that are written', () => {
  expect(Object.keys(LANGUAGES).sort()).toEqual(Object.keys(ALL).sort());
});

describe.each(Object.entries(ALL))('%s', (tag, texts) => {
  test('has every text, none of them empty, and no others', () => {
    expect(Object.keys(texts)).toEqual(Object.keys(en));
    for (const text of Object.values(texts).filter((it): it is string => typeof it === 'string')) {
      expect(text.trim()).not.toBe('');
    }
  });

  test('asks for the same values as English', () => {
    for (const [key, text] of Object.entries(en)) {
      if (typeof text === 'string') expect([key, names(texts[key as keyof Texts] as string)]).toEqual([key, names(text)]);
    }
  });

  test('has the plural forms that Intl asks for', () => {
    const wanted = new Intl.PluralRules(tag).resolvedOptions().pluralCategories.slice().sort();
    for (const [key, text] of Object.entries(texts)) {
      if (typeof text !== 'string') expect([key, Object.keys(text as Plural).sort()]).toEqual([key, wanted]);
    }
  });

  test('spares people the words of the trade', () => {
    for (const text of Object.values(texts)) expect(JSON.stringify(text)).not.toMatch(/OMEMO|XEP|XMPP\b|stanza/);
  });
});

test('values and numbers are put in as the language writes them', async () => {
  expect(tn('chats.unread', 1)).toBe('1 unread message');
  expect(tn('chats.unread', 1200)).toBe('1,200 unread messages');
  await useLanguage('de');
  expect(tn('chats.unread', 1200)).toBe('1.200 ungelesene Nachrichten');
  expect(t('new.writeTo', { address: 'a@b.example' })).toBe('An a@b.example schreiben');
});

test('Arabic has six forms, and runs from right to left', async () => {
  await useLanguage('ar');
  expect(direction()).toBe('rtl');
  expect(new Set([0, 1, 2, 3, 11, 100].map((n) => tn('chats.unread', n))).size).toBe(6);
});

test('a browser’s wishes find the nearest language', () => {
  expect(match(['pt-BR', 'en'])).toBe('pt');
  expect(match(['xx', 'sw-KE'])).toBe('sw');
  expect(match([])).toBe('en');
});

test('every error has words, also one that needs more than its name', () => {
  expect(errorText({ kind: 'serverNotFound', domain: 'x.example' })).toContain('x.example');
  expect(errorText({ kind: 'answersRefused', reason: 'too short' })).toContain('too short');
  expect(errorText({ kind: 'fileNotHere', problem: 'Gone' })).toContain('no longer there');
  expect(errorText({ kind: 'timedOut' })).toBe(en['error.timedOut']);
});

test('a reason of a newer engine has the general words', () => {
  expect(failureText('NoDevice')).toBe(en['failure.NoDevice']);
  expect(failureText('SomethingNew')).toBe(en['failure.Refused']);
  expect(problemText('SomethingNew')).toBe(en['problem.Unreachable']);
  expect(sealedText('SomethingNew')).toBe(en['sealed.KeysMissing']);
});

describe('times and sizes', () => {
  const now = new Date(2026, 2, 10, 12, 0).getTime();
  const at = (month: number, date: number, hour: number, year = 2026): number =>
    new Date(year, month, date, hour).getTime();

  test('days are counted by midnights, not by hours', () => {
    expect(daysBetween(at(2, 9, 23), at(2, 10, 1))).toBe(1);
    expect(daysBetween(at(2, 10, 1), at(2, 10, 23))).toBe(0);
    // A night in which clocks change has 23 hours or 25.
    expect(daysBetween(at(2, 28, 12), at(2, 30, 0))).toBe(2);
  });

  test('a day is called as people call it', () => {
    expect(day(at(2, 10, 1), now)).toBe('Today');
    expect(day(at(2, 9, 23), now)).toBe('Yesterday');
    expect(day(at(2, 6, 12), now)).toBe('Friday');
    expect(day(at(0, 6, 12), now)).toMatch(/January/);
    expect(day(at(0, 6, 12, 2024), now)).toMatch(/2024/);
  });

  test('the list has short times', () => {
    expect(shortly(at(2, 9, 23), now)).toBe('Yesterday');
    expect(shortly(at(2, 6, 12), now)).toBe('Fri');
    expect(shortly(at(0, 6, 12), now)).toMatch(/Jan/);
  });

  test('bytes and lengths have the unit that suits them', () => {
    expect(bytes(999)).toMatch(/^999/);
    expect(bytes(2_600_000)).toBe('2.6 MB');
    expect(bytes(31_000)).toBe('31 kB');
    expect(duration(12_400)).toBe('0:12');
    expect(duration(61_000)).toBe('1:01');
  });
});
