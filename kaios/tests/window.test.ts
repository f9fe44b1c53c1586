// Which rows of a long conversation are drawn.

import { describe, expect, test } from 'vitest';
import { Heights, rowAt, wanted } from '../src/screens/conversation/window';

const ids = Array.from({ length: 5000 }, (_, index) => index + 1);

describe('heights', () => {
  test('what was measured counts, the rest is taken to be like it', () => {
    const heights = new Heights();
    expect(heights.measured(1, 100)).toBe(true);
    expect(heights.measured(1, 100.2)).toBe(false);
    expect(heights.measured(2, 50)).toBe(true);
    expect(Array.from(heights.tops([1, 2, 3]))).toEqual([0, 100, 150, 225]);
  });

  test('a row is found by its height', () => {
    const tops = Float64Array.from([0, 100, 150, 225]);
    expect(rowAt(tops, 0)).toBe(0);
    expect(rowAt(tops, 99)).toBe(0);
    expect(rowAt(tops, 100)).toBe(1);
    expect(rowAt(tops, 10_000)).toBe(2);
    expect(rowAt(Float64Array.from([0]), 50)).toBe(0);
  });
});

describe('what is drawn', () => {
  const tops = new Heights().tops(ids);

  test('is what is seen and a little beyond, never all', () => {
    const range = wanted(tops, 64 * 2000, 64 * 2010, { start: 0, end: 0 });
    expect(range.start).toBeLessThan(2000);
    expect(range.end).toBeGreaterThan(2010);
    expect(range.end - range.start).toBeLessThan(50);
  });

  test('stays as it is while it is enough, so that scrolling costs little', () => {
    const range = wanted(tops, 64 * 2000, 64 * 2010, { start: 0, end: 0 });
    expect(wanted(tops, 64 * 2003, 64 * 2013, range)).toBe(range);
    expect(wanted(tops, 64 * 2030, 64 * 2040, range)).not.toBe(range);
  });

  test('reaches to the ends, and copes with nothing', () => {
    expect(wanted(tops, 0, 640, { start: 0, end: 0 }).start).toBe(0);
    expect(wanted(tops, 64 * 4990, 64 * 5000, { start: 0, end: 0 }).end).toBe(5000);
    expect(wanted(new Heights().tops([]), 0, 640, { start: 0, end: 0 })).toEqual({ start: 0, end: 0 });
  });
});
