// What stands for somebody who has no picture: letters of the name, and a colour of the address.

/** How many colours there are; the style names them. */
const COLOURS = 8;

/** A number that belongs to an address. */
export function colourOf(address: string): number {
  let sum = 0;
  for (const letter of address) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % COLOURS;
}

/** One or two letters of a name; the first ones of its first and last word. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const first = (word: string): string => {
    const letter = /[\p{L}\p{N}]\p{M}*/u.exec(word);
    return letter ? letter[0].toLocaleUpperCase() : '';
  };
  if (words.length === 0) return '?';
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  // Scripts whose letters join or carry marks look torn when two stand alone.
  if (!/^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u.test(words[0] ?? '')) return first(words[0] ?? '');
  return first(words[0] ?? '') + (last ? first(last) : '');
}
