// Where the focus goes when what had it is gone: pure functions over names and rectangles.

import type { Direction } from './keys';

/** What is nearest to a lost name among those that are still there: the next one, or else the one before. */
export function nearest(before: readonly string[], lost: string, now: readonly string[]): string | null {
  const here = new Set(now);
  if (here.has(lost)) return lost;
  const at = before.indexOf(lost);
  if (at < 0) return now[0] ?? null;
  for (let next = at + 1; next < before.length; next += 1) {
    const name = before[next];
    if (name !== undefined && here.has(name)) return name;
  }
  for (let previous = at - 1; previous >= 0; previous -= 1) {
    const name = before[previous];
    if (name !== undefined && here.has(name)) return name;
  }
  return now[0] ?? null;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** How far two spans lie apart; 0 if they overlap. */
function apart(aStart: number, aEnd: number, bStart: number, bEnd: number): number {
  return Math.max(0, bStart - aEnd, aStart - bEnd);
}

/** Which of some boxes lies next to one in a direction: the closest that way, and the least aside. -1: none. */
export function beside(from: Box, boxes: readonly Box[], direction: Direction): number {
  let best = -1;
  let least = Infinity;
  boxes.forEach((box, index) => {
    const away = {
      up: from.top - box.bottom,
      down: box.top - from.bottom,
      left: from.left - box.right,
      right: box.left - from.right,
    }[direction];
    // Neighbours may overlap a little, as focus rings and rounded edges do.
    if (away < -4) return;
    const vertical = direction === 'up' || direction === 'down';
    const aside = vertical
      ? apart(from.left, from.right, box.left, box.right)
      : apart(from.top, from.bottom, box.top, box.bottom);
    if (!vertical && aside > 0) return;
    const middle = vertical
      ? Math.abs((from.left + from.right) / 2 - (box.left + box.right) / 2)
      : Math.abs((from.top + from.bottom) / 2 - (box.top + box.bottom) / 2);
    const cost = Math.max(0, away) * 10 + aside * 20 + middle;
    if (cost < least) {
      least = cost;
      best = index;
    }
  });
  return best;
}
