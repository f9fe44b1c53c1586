// The rows of a conversation that are drawn.

import { createRenderEffect, createRoot } from 'solid-js';
import { describe, expect, test } from 'vitest';
import { sameBytes } from '../src/app/bytes';
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
      for (const { row } of cells.drawn()) seen.push([row().text, ...row().reactions.map(({ emoji }) => emoji)].join(' '));
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

  test('are those of the conversation, and nothing is left in them', () => {
    page((draw, _, cells) => {
      const [first, second] = [[message(1, 'hello', '👍')], [message(1, 'hello!', '👍', '❤️')]];
      for (const rows of [first, second, first]) {
        draw(rows);
        expect(cells.drawn().map(({ row }) => row())).toEqual(rows);
      }
      expect(cells.drawn()[0]?.row()).toBe(first[0]);
      for (const row of [...first, ...second]) {
        for (const data of [row, row.reactions, ...row.reactions]) {
          expect(Object.getOwnPropertySymbols(data)).toEqual([]);
        }
      }
      expect(first).toEqual([message(1, 'hello', '👍')]);
    });
  });

  test('know what stands above them, and are forgotten once they are left out', () => {
    page((draw, _, cells) => {
      const rows = [message(1, 'one'), message(2, 'two'), message(3, 'three')];
      draw(rows);
      const [, two, three] = cells.drawn();
      expect(cells.draw(rows, { start: 1, end: 3 })).toBe(false);
      expect(cells.drawn()).toEqual([two, three]);
      expect(two?.before()?.id).toBe(1);
      expect(draw([message(0, 'zero'), ...rows.slice(1)])).toBe(true);
      expect(cells.drawn().map(({ row, before }) => [row().id, before()?.id])).toEqual([[0, undefined], [2, 0], [3, 2]]);
      expect(cells.drawn()[1]).toBe(two);
      cells.draw(rows, { start: 0, end: 1 });
      draw(rows);
      expect(cells.drawn()[1]).not.toBe(two);
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
      expect(cells.drawn()[0]?.row().files[0]?.preview).toBe(preview);
      draw([{ ...message(1, ''), files: [{ ...file, preview: new Uint8Array([4]) }] }]);
      expect(cells.drawn()[0]?.row().files[0]?.preview?.slice()).toEqual(new Uint8Array([4]));
    });
  });

  test('do not come with another picture when only its bytes were copied', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(sameBytes(bytes, bytes.slice())).toBe(true);
    expect([Uint8Array.of(1, 2), Uint8Array.of(1, 2, 4), null].map((other) => sameBytes(bytes, other))).toEqual([false, false, false]);
    expect(sameBytes(bytes, Uint8Array.of(1, 2, 3, 4))).toBe(false);
    expect([sameBytes(null, bytes), sameBytes(null, null)]).toEqual([false, true]);
  });
});
