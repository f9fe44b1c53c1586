// Keys mean the same everywhere, and the focus is never lost.

import { describe, expect, test, vi } from 'vitest';
import { Hold, LONG } from '../src/focus/hold';
import { meaning, type Pressed } from '../src/focus/keys';
import { beside, whereabouts, type Box, type Change, type Knot } from '../src/focus/order';

const press = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});
const nowhere = { editing: false, filled: false };

describe('keys', () => {
  test('the keys of a feature phone and of a keyboard mean the same', () => {
    for (const key of ['SoftLeft', 'F1']) expect(meaning(press(key), nowhere)).toEqual({ kind: 'soft', side: 'left' });
    for (const key of ['SoftRight', 'F2']) expect(meaning(press(key), nowhere)).toEqual({ kind: 'soft', side: 'right' });
    for (const key of ['Escape', 'Backspace', 'GoBack']) expect(meaning(press(key), nowhere)).toEqual({ kind: 'back' });
  });

  test('Backspace takes letters away as long as there are any, and then goes back', () => {
    expect(meaning(press('Backspace'), { editing: true, filled: true })).toBeNull();
    expect(meaning(press('Backspace'), { editing: true, filled: false })).toEqual({ kind: 'back' });
  });

  test('digits are shortcuts, but not where a text is typed', () => {
    expect(meaning(press('7'), nowhere)).toEqual({ kind: 'digit', digit: 7 });
    expect(meaning(press('7'), { editing: true, filled: false })).toBeNull();
  });

  test('Ctrl-K finds, other keys with Ctrl are the browser’s, and Shift-Enter makes a new line', () => {
    expect(meaning(press('k', { ctrlKey: true }), nowhere)).toEqual({ kind: 'find' });
    expect(meaning(press('r', { ctrlKey: true }), nowhere)).toBeNull();
    expect(meaning(press('Enter', { shiftKey: true }), { editing: true, filled: true })).toBeNull();
  });
});

/** A page of names in which things come and go; it writes down what changes, as a browser does. */
class Part implements Knot {
  parentNode: Part | null = null;
  readonly parts: Part[] = [];

  constructor(
    readonly name: string,
    private readonly changes: (Change & { target: Part; nextSibling: Part | null; previousSibling: Part | null })[] = [],
  ) {}

  get isConnected(): boolean {
    return this.parentNode ? this.parentNode.isConnected : this.name === 'page';
  }

  add(name: string, at = this.parts.length): Part {
    const part = new Part(name, this.changes);
    this.put(part, at);
    return part;
  }

  put(part: Part, at = this.parts.length): void {
    this.parts.splice(at, 0, part);
    part.parentNode = this;
  }

  remove(): void {
    const parent = this.parentNode;
    if (!parent) return;
    const at = parent.parts.indexOf(this);
    const [previousSibling, nextSibling] = [parent.parts[at - 1] ?? null, parent.parts[at + 1] ?? null];
    parent.parts.splice(at, 1);
    this.parentNode = null;
    this.changes.push({ target: parent, removedNodes: [this], previousSibling, nextSibling });
  }

  /** Who is found on each side of a part: `list` is the edge of it, `b` a neighbour. */
  around(part: Part): (string | undefined)[] {
    return (['nextSibling', 'previousSibling'] as const).map((side) => {
      const spot = whereabouts(part, this.changes, side);
      return spot ? `${spot.beside ? '' : 'edge of '}${spot.node.name}` : undefined;
    });
  }
}

describe('where something was that is gone', () => {
  const page = (): { list: Part; rows: Part[] } => {
    const list = new Part('page').add('list');
    return { list, rows: ['a', 'b', 'c', 'd'].map((name) => list.add(name)) };
  };

  test('between its neighbours, or at the edge of the list', () => {
    const { list, rows } = page();
    rows[1]?.remove();
    expect(list.around(rows[1] as Part)).toEqual(['c', 'a']);
    rows[0]?.remove();
    expect(list.around(rows[0] as Part)).toEqual(['c', 'edge of list']);
    rows[3]?.remove();
    expect(list.around(rows[3] as Part)).toEqual(['edge of list', 'c']);
  });

  test('neighbours that went later are asked for theirs, in any order', () => {
    for (const order of [[1, 2, 0], [0, 1, 2], [2, 1, 0]]) {
      const { list, rows } = page();
      order.forEach((at) => rows[at]?.remove());
      expect(list.around(rows[1] as Part)).toEqual(['d', 'edge of list']);
    }
  });

  test('what was inside something that went is where that was, also if it was taken out of it before', () => {
    const { list, rows } = page();
    const inner = rows[1]?.add('inner') as Part;
    const other = rows[1]?.add('other') as Part;
    inner.remove();
    rows[1]?.remove();
    expect(list.around(inner)).toEqual(['c', 'a']);
    expect(list.around(other)).toEqual(['c', 'a']);
  });

  test('a neighbour that stands elsewhere now is where it is now', () => {
    const { list, rows } = page();
    rows[1]?.remove();
    rows[2]?.remove();
    list.put(rows[2] as Part, 0);
    expect(list.around(rows[1] as Part)).toEqual(['c', 'a']);
  });

  test('what came and went more than once is where it was last', () => {
    const { list, rows } = page();
    rows[1]?.remove();
    list.put(rows[1] as Part);
    rows[1]?.remove();
    expect(list.around(rows[1] as Part)).toEqual(['edge of list', 'd']);
  });

  test('what is still there is where it is, and what went before nobody knows', () => {
    const { list, rows } = page();
    expect(list.around(rows[1] as Part)).toEqual(['edge of b', 'edge of b']);
    expect(list.around(new Part('stranger'))).toEqual([undefined, undefined]);
  });
});

describe('the next one in a direction', () => {
  const box = (left: number, top: number, width = 40, height = 40): Box => ({
    left,
    top,
    right: left + width,
    bottom: top + height,
  });

  test('in a list it is the row above or below', () => {
    const rows = [box(0, 0, 200), box(0, 40, 200), box(0, 80, 200)];
    expect(beside(rows[1] as Box, [rows[0], rows[2]] as Box[], 'down')).toBe(1);
    expect(beside(rows[1] as Box, [rows[0], rows[2]] as Box[], 'up')).toBe(0);
    expect(beside(rows[1] as Box, [rows[0], rows[2]] as Box[], 'left')).toBe(-1);
  });

  test('in a grid it is the one in the same column or line', () => {
    const grid = [box(0, 0), box(40, 0), box(80, 0), box(0, 40), box(40, 40), box(80, 40)];
    const others = (at: number): Box[] => grid.filter((_, index) => index !== at);
    expect(others(1)[beside(grid[1] as Box, others(1), 'down')]).toBe(grid[4]);
    expect(others(1)[beside(grid[1] as Box, others(1), 'right')]).toBe(grid[2]);
    expect(others(3)[beside(grid[3] as Box, others(3), 'left')]).toBeUndefined();
  });
});

describe('holding a key', () => {
  test('a short press acts when it ends, a long one while it lasts, and neither twice', () => {
    vi.useFakeTimers();
    const done: string[] = [];
    const hold = new Hold(() => done.push('short'), () => done.push('long') > 0);
    hold.press(false);
    vi.advanceTimersByTime(LONG - 1);
    hold.release();
    expect(done).toEqual(['short']);
    hold.press(false);
    hold.press(true);
    vi.advanceTimersByTime(LONG + 1);
    hold.release();
    expect(done).toEqual(['short', 'long']);
    vi.useRealTimers();
  });

  test('letting go of a key that was pressed elsewhere does nothing', () => {
    const done: string[] = [];
    new Hold(() => done.push('short'), () => true).release();
    expect(done).toEqual([]);
  });

  test('a long press that means nothing acts once, when the key is let go', () => {
    vi.useFakeTimers();
    const done: string[] = [];
    const hold = new Hold(() => done.push('short'), () => false);
    hold.press(false);
    vi.advanceTimersByTime(2 * LONG);
    hold.press(true);
    expect(done).toEqual([]);
    hold.release();
    hold.release();
    expect(done).toEqual(['short']);
    vi.useRealTimers();
  });
});
