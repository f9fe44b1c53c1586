// The rows of a conversation that are drawn.

import { createRenderEffect, createRoot } from 'solid-js';
import { describe, expect, test } from 'vitest';
import type { FileRow, MessageRow } from '../src/engine/protocol';
import { createCells, type Cells } from '../src/screens/conversation/cells';

const message = (id: number, text: string, ...emojis: string[]): MessageRow => ({
  id, account: 'amina@one.test', chat: 'kamau@one.test', from: 'kamau@one.test', outgoing: false, text, action: false, spans: [],
  timeMs: id, encryption: 'omemo', trust: null, device: null, sealed: null, files: [], delivery: 'delivered', error: null, reply: null,
  edited: false, retracted: false, reactions: emojis.map((emoji) => ({ emoji, from: ['amina@one.test'] })), gapBefore: false,
});

/** Draws rows as a page does, which looks again at what has changed; and what it has seen. */
function page(look: (draw: (rows: readonly MessageRow[]) => boolean, seen: string[], cells: Cells) => void): void {
  const seen: string[] = [];
  const { cells, end } = createRoot((end) => {
    const cells = createCells();
    createRenderEffect(() => {
      for (const { row } of cells.drawn()) seen.push([row.text, ...row.reactions.map(({ emoji }) => emoji)].join(' '));
    });
    return { cells, end };
  });
  look((rows) => cells.draw(rows, { start: 0, end: rows.length }), seen, cells);
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

  test('have the bytes of their files as they are', () => {
    const preview = new Uint8Array([1, 2, 3]);
    const file: FileRow = {
      id: 1, name: 'sea.jpg', mediaType: 'image/jpeg', size: 3, width: 1, height: 1, durationMs: null, description: null, blurhash: null,
      preview, state: 'remote', error: null, path: null, moved: null,
    };
    page((draw, _, cells) => {
      draw([{ ...message(1, ''), files: [file] }]);
      expect(cells.drawn()[0]?.row.files[0]?.preview).toBe(preview);
      draw([{ ...message(1, ''), files: [{ ...file, preview: new Uint8Array([4]) }] }]);
      expect(cells.drawn()[0]?.row.files[0]?.preview?.slice()).toEqual(new Uint8Array([4]));
    });
  });
});
