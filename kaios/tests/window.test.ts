// Which rows of a long conversation are drawn.

import { describe, expect, test } from 'vitest';
import { Heights, rowAt, step } from '../src/screens/conversation/window';

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
  const nothing = { start: 0, end: 0 };
  const settled = (from: number, to: number, drawn = nothing): { start: number; end: number } => {
    for (let frame = 0; frame < 100; frame += 1) {
      const next = step(tops, from, to, drawn);
      if (next === drawn) return drawn;
      drawn = next;
    }
    throw new Error('it never comes to rest');
  };

  test('is at first what is seen, then a little beyond, never all', () => {
    expect(step(tops, 64 * 2000, 64 * 2010, nothing)).toEqual({ start: 1999, end: 2012 });
    const range = settled(64 * 2000, 64 * 2010);
    expect(range.start).toBeLessThan(1995);
    expect(range.end - range.start).toBeLessThan(40);
  });

  test('grows by a few rows in a frame, so that no frame takes long', () => {
    const range = settled(64 * 2000, 64 * 2010);
    const next = step(tops, 64 * 2004, 64 * 2014, range);
    expect(next.end - range.end).toBe(2);
  });

  test('always has what is seen', () => {
    let range = settled(64 * 2000, 64 * 2010);
    for (let at = 2000; at < 2100; at += 7) {
      range = step(tops, 64 * at, 64 * (at + 10), range);
      expect(range.start).toBeLessThanOrEqual(at);
      expect(range.end).toBeGreaterThan(at + 10);
    }
  });

  test('reaches to the ends, and copes with nothing', () => {
    expect(settled(0, 640).start).toBe(0);
    expect(settled(64 * 4990, 64 * 5000).end).toBe(5000);
    expect(step(new Heights().tops([]), 0, 640, nothing)).toEqual(nothing);
  });
});
