// Which rows of a long conversation are drawn.

import { describe, expect, test } from 'vitest';
import { Places, rowAt } from '../src/screens/conversation/places';
import { step } from '../src/screens/conversation/window';

const ids = Array.from({ length: 5000 }, (_, index) => index + 1);

const placed = (of: readonly number[]): Places => {
  const places = new Places();
  places.set(of);
  return places;
};

describe('places', () => {
  test('what was measured counts, the rest is taken to be like it', () => {
    const places = placed([1, 2, 3]);
    expect(places.measure(1, 100)).toBe(true);
    expect(places.measure(1, 100.2)).toBe(false);
    expect(places.measure(2, 50)).toBe(true);
    expect(places.measure(9, 50)).toBe(false);
    expect(Array.from(places.tops)).toEqual([0, 100, 150, 225]);
    expect(places.measure(1, 200)).toBe(true);
    expect(Array.from(places.tops)).toEqual([0, 200, 250, 375]);
    places.forget();
    expect(Array.from(places.tops)).toEqual([0, 64, 128, 192]);
  });

  test('older rows, newer ones, and both at once, leave what is known of the others', () => {
    const places = placed([7]);
    places.measure(7, 100);
    places.set([9, 8, 7]);
    places.measure(9, 50);
    places.set([10, 9, 8, 7, 6]);
    expect([10, 9, 8, 7, 6, 5].map((id) => places.indexOf(id))).toEqual([0, 1, 2, 3, 4, undefined]);
    expect(Array.from(places.tops)).toEqual([0, 75, 125, 200, 300, 375]);
    expect([places.count, places.at(1)]).toEqual([5, 9]);
  });

  test('rows that went from among them, or stand elsewhere now, are no longer where they were', () => {
    const places = placed([1, 2, 3, 4]);
    [10, 20, 30, 40].forEach((height, index) => places.measure(index + 1, height));
    places.set([1, 3, 4]);
    expect([1, 2, 3, 4].map((id) => places.indexOf(id))).toEqual([0, undefined, 1, 2]);
    expect(Array.from(places.tops)).toEqual([0, 10, 40, 80]);
    places.set([4, 3]);
    expect(Array.from(places.tops)).toEqual([0, 40, 70]);
    places.set([]);
    expect(Array.from(places.tops)).toEqual([0]);
    places.set([5]);
    expect(Array.from(places.tops)).toEqual([0, 64]);
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
  const { tops } = placed(ids);
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
    expect(settled(64 * 2000, 64 * 2010)).toEqual({ start: 1995, end: 2016 });
  });

  test('grows by a few rows in a frame, so that no frame takes long', () => {
    const range = settled(64 * 2000, 64 * 2010);
    const next = step(tops, 64 * 2004, 64 * 2014, range);
    expect(next.end - range.end).toBe(3);
  });

  test('grows by what is seen alone in a frame that is late', () => {
    const range = settled(64 * 2000, 64 * 2010);
    expect(step(tops, 64 * 1998, 64 * 2008, range, 0)).toBe(range);
    expect(step(tops, 64 * 2000, 64 * (range.end + 1), range, 0)).toEqual({ start: range.start, end: range.end + 3 });
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
    expect(step(placed([]).tops, 0, 640, nothing)).toEqual(nothing);
  });
});
