// Keys mean the same everywhere, and the focus is never lost.

import { describe, expect, test, vi } from 'vitest';
import { Hold, LONG } from '../src/focus/hold';
import { meaning, type Pressed } from '../src/focus/keys';
import { beside, nearest, type Box } from '../src/focus/order';

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

describe('what has the focus when rows change', () => {
  test('a row that moved keeps it', () => {
    expect(nearest(['a', 'b', 'c'], 'b', ['c', 'b', 'a'])).toBe('b');
  });

  test('a row that went leaves it to the next one, the last one to the one before', () => {
    expect(nearest(['a', 'b', 'c'], 'b', ['a', 'c'])).toBe('c');
    expect(nearest(['a', 'b', 'c'], 'c', ['a', 'b'])).toBe('b');
  });

  test('when all others went too, the first new one has it; when nothing is left, nothing', () => {
    expect(nearest(['a', 'b'], 'b', ['x', 'y'])).toBe('x');
    expect(nearest(['a'], 'unknown', ['x'])).toBe('x');
    expect(nearest(['a'], 'a', [])).toBeNull();
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
    const hold = new Hold(() => done.push('short'), () => done.push('long'));
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
    new Hold(() => done.push('short'), () => done.push('long')).release();
    expect(done).toEqual([]);
  });
});
