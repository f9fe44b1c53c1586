// Properties of Unicode written out: in what most people write they say the same as the browser's own.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROPERTIES, written } from '../kaios25/properties.mjs';

const SOURCES = '../core/browser/unicode-segmentation/src/expression.rs';

/** What people write in Kenya, Germany, Russia, Greece, Israel, Egypt, India, Thailand, China, Korea, and everywhere. */
const TEXT =
  'Habari za asubuhi? 42! Größe, déjà vu; «Да», Ελλάδα, שָׁלוֹם, اَلسَّلَامُ؟ नमस्ते, क्षि। বাংলা தமிழ் తెలుగు ಕನ್ನಡ മലയാളം ગુજરાતી ਪੰਜਾਬੀ ' +
  'ภาษาไทย ที่ กำ 中文，日本語、ひらがな 한국어 … – “x” €5 №3 x² ½ 👍🏽👩‍👩‍👧❤️🇰🇪1️⃣🏳️‍🌈☎️☺️⌚⏰✂️➡️⬅️🀄🃏🅰️🪴\u200b\u200d\u2028\u2029\r\n\u00ad';

/** Those that the core asks for together count together; whether a mark counts as a letter does not matter. */
const TOGETHER: [string, string][] = [
  ['\\p{Grapheme_Extend}\\p{Mc}', ''],
  ['\\p{Alphabetic}\\p{N}', '\\p{M}'],
  ...['Emoji_Modifier', 'RI', 'Extended_Pictographic', 'Cc', 'Cf', 'Zl', 'Zp'].map((name): [string, string] => [`\\p{${name}}`, '']),
];

describe('properties of Unicode, written out', () => {
  it.each(TOGETHER)('%s: the same, but for %s', (names, ignored) => {
    const [own, ours] = [new RegExp(`[${names}]`, 'u'), new RegExp(written(`[${names}]`), 'u')];
    const counts = [...new Set(TEXT)].filter((character) => !new RegExp(`[${ignored}]`, 'u').test(character));
    const differ = counts.filter((character) => own.test(character) !== ours.test(character));
    expect(differ.map((character) => character.codePointAt(0)?.toString(16))).toEqual([]);
    expect(counts.some((character) => ours.test(character))).toBe(true);
  });

  it('are all that the core asks for', () => {
    const asked = readFileSync(SOURCES, 'utf8').matchAll(/\\p\{(\w+)\}/g);
    expect(new Set([...asked].map(([, name]) => name))).toEqual(new Set(Object.keys(PROPERTIES)));
  });
});
