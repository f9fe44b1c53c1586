// What a text is made of: styled pieces, links, or a few emoji alone.

import type { SpanRow } from '../../engine/protocol';

export interface Piece {
  text: string;
  styles: string[];
  link: string | null;
}

const LINK = /\b(?:https?:\/\/|xmpp:)[^\s<>"]+/giu;

/** The links in a text, with where they stand. A full stop at the end belongs to the sentence, not to the link. */
export function links(text: string): { start: number; end: number; link: string }[] {
  const found: { start: number; end: number; link: string }[] = [];
  for (const match of text.matchAll(LINK)) {
    let link = match[0].replace(/[.,;:!?'’»”]+$/u, '');
    // A closing bracket belongs to the link only if it was opened in it.
    while (link.endsWith(')') && !link.includes('(')) link = link.slice(0, -1);
    found.push({ start: match.index, end: match.index + link.length, link });
  }
  return found;
}

/** Cuts a text where styles and links begin and end. */
export function pieces(text: string, spans: readonly SpanRow[]): Piece[] {
  const found = links(text);
  if (spans.length === 0 && found.length === 0) return [{ text, styles: [], link: null }];
  const cuts = new Set<number>([0, text.length]);
  spans.forEach((span) => cuts.add(span.start).add(span.end));
  found.forEach((link) => cuts.add(link.start).add(link.end));
  const order = Array.from(cuts).sort((a, b) => a - b);
  const result: Piece[] = [];
  order.slice(1).forEach((end, index) => {
    const start = order[index] ?? 0;
    result.push({
      text: text.slice(start, end),
      styles: spans.filter((span) => span.start <= start && span.end >= end).map((span) => span.style),
      link: found.find((link) => link.start <= start && link.end >= end)?.link ?? null,
    });
  });
  return result;
}

/** True for a few emoji and nothing else. */
export function onlyEmoji(text: string): boolean {
  return text.length <= 24 && /^(?:\p{Extended_Pictographic}[\u{fe0f}\u{200d}\u{1f3fb}-\u{1f3ff}]*\s*)+$/u.test(text);
}
