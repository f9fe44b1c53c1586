// The rows of a conversation that are drawn.

import { createRenderEffect, createRoot } from 'solid-js';
import { describe, expect, test } from 'vitest';
import type { MessageRow } from '../src/engine/protocol';
import { createCells } from '../src/screens/conversation/cells';

const message = (id: number, text: string, ...emojis: string[]): MessageRow => ({
  id, account: 'amina@one.test', chat: 'kamau@one.test', from: 'kamau@one.test', outgoing: false, text, action: false, spans: [],
  timeMs: id, encryption: 'omemo', trust: null, device: null, sealed: null, files: [], delivery: 'delivered', error: null, reply: null,
  edited: false, retracted: false, reactions: emojis.map((emoji) => ({ emoji, from: ['amina@one.test'] })), gapBefore: false,
});

/** Draws rows as a page does, which looks again at what has changed; and what it has seen. */
function page(look: (draw: (rows: readonly MessageRow[]) => boolean, seen: string[]) => void): void {
  const seen: string[] = [];
  const { cells, end } = createRoot((end) => {
    const cells = createCells();
    createRenderEffect(() => {
      for (const { row } of cells.drawn()) seen.push([row.text, ...row.reactions.map(({ emoji }) => emoji)].join(' '));
    });
    return { cells, end };
  });
  look((rows) => cells.draw(rows, { start: 0, end: rows.length }), seen);
  end();
}

describe('rows that are drawn', () => {
  test('are drawn anew when they have changed, and only then', () => {
    page((draw, seen) => {
      const rows = [message(1, 'hello', '👍'), message(2, 'there', '🎉')];
      expect(draw(rows)).toBe(true);
      expect(seen.splice(0)).toEqual(['hello 👍', 'there 🎉']);
      expect(draw([...rows])).toBe(false);
      seen.splice(0);
      expect(draw([message(1, 'hello!', '❤️'), message(2, 'there', '🎉')])).toBe(true);
      expect(seen.slice(-2)).toEqual(['hello! ❤️', 'there 🎉']);
    });
  });

  test('leave nothing in what the conversation keeps', () => {
    page((draw) => {
      const [first, second] = [[message(1, 'hello', '👍')], [message(1, 'hello!', '👍', '❤️')]];
      for (const rows of [first, second, first]) draw(rows);
      for (const row of [...first, ...second]) {
        for (const data of [row, row.reactions, ...row.reactions]) {
          expect(Object.getOwnPropertySymbols(data)).toEqual([]);
        }
      }
      expect(first).toEqual([message(1, 'hello', '👍')]);
    });
  });
});
