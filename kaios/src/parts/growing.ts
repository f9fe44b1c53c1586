// A long list grows: what is seen is drawn at once, and a few rows more with each frame until all are there.

import { createMemo, createSignal, onCleanup, type Accessor } from 'solid-js';

/** No row of a list is less high than this, in pixels. */
const LOWEST = 40;

/** So many rows are added in one frame: more of them would make a slow phone stutter. */
const FEW = 2;

/** The rows that are drawn by now: at once the first ones, up to the one at `seen` and what is around it. */
export function growing<T>(rows: Accessor<T[]>, seen: () => number): Accessor<T[]> {
  const [later, setLater] = createSignal(0);
  let first = 0;
  let asked = 0;
  const grow = (): void => {
    asked = 0;
    setLater((count) => count + FEW);
  };
  onCleanup(() => cancelAnimationFrame(asked));
  return createMemo(() => {
    const all = rows();
    if (first === 0 && all.length > 0) first = Math.max(0, seen()) + Math.ceil(innerHeight / LOWEST);
    const count = first + later();
    if (count >= all.length) return all;
    asked ||= requestAnimationFrame(grow);
    return all.slice(0, count);
  });
}
