// Where the rows of a long conversation stand in the page.

import { describe, expect, test } from 'vitest';
import { Places } from '../src/screens/conversation/places';
import { Strip } from '../src/screens/conversation/strip';

/** A page that lays rows out as high as they are here; each has its own number for an id. */
function page(heights: number[]) {
  const places = new Places();
  places.set(heights.map((_, id) => id));
  const strip = new Strip(places);
  const [space, rows] = [{ style: {} }, { style: {} }] as [HTMLDivElement, HTMLDivElement];
  Object.assign(strip, { space, rows });
  const drawn = (): number[] => heights.slice(strip.range.start, strip.range.end);
  Object.defineProperty(rows, 'children', {
    get: () => drawn().map((height) => ({ getBoundingClientRect: () => ({ height }) })),
  });
  /** Where a row is seen, by what the page was told. */
  const seen = (id: number): number => {
    const height = drawn().reduce((sum, one) => sum + one, 0);
    const { top, bottom } = rows.style;
    const begin = top === 'auto' ? parseFloat(space.style.height) - parseFloat(bottom) - height : parseFloat(top);
    return begin + heights.slice(strip.range.start, id).reduce((sum, one) => sum + one, 0);
  };
  const end = (): number => parseFloat(space.style.height);
  return { places, strip, seen, end };
}

describe('the rows in the page', () => {
  const heights = [200, 30, 300, 40, 50, 60, 10, 500];

  test('stay where they are when others are drawn above or below, however high those are', () => {
    const { strip, seen } = page(heights);
    strip.take({ start: 4, end: 6 });
    strip.settle();
    const before = seen(4);
    expect(before).toBe(strip.top(4));
    for (const range of [{ start: 2, end: 6 }, { start: 2, end: 7 }, { start: 1, end: 6 }, { start: 0, end: 5 }]) {
      strip.take(range);
      expect(seen(4)).toBeCloseTo(before);
      strip.settle();
      expect(seen(4)).toBeCloseTo(before);
      expect(strip.top(4)).toBeCloseTo(before);
    }
    expect(strip.shift).not.toBe(0);
    strip.straighten();
    expect([strip.top(0), seen(0), seen(4)]).toEqual([0, 0, 570]);
  });

  test('end where the space does once the last one is drawn', () => {
    const { strip, seen, end } = page(heights);
    strip.take({ start: 5, end: 7 });
    expect(strip.settle()).toBe(false);
    const before = seen(6);
    strip.take({ start: 5, end: 8 });
    expect(strip.settle()).toBe(true);
    expect([seen(6), end()]).toEqual([before, before + 510]);
    expect(strip.settle()).toBe(false);
  });

  test('are measured anew, and have other numbers when older ones have come', () => {
    const { places, strip } = page(heights);
    strip.take({ start: 3, end: 5 });
    strip.measureAll();
    expect([places.tops[4], places.tops[5]].map((top) => (top ?? 0) - (places.tops[3] ?? 0))).toEqual([40, 90]);
    strip.renumber({ start: 4, end: 6 });
    expect([strip.range, strip.shift]).toEqual([{ start: 4, end: 6 }, 0]);
  });
});
