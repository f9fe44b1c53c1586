// Where the focus goes when what had it is gone: pure functions over what has changed, and over rectangles.

import type { Direction } from './keys';

/** What is asked of a node of the page. */
export interface Knot {
  readonly parentNode: Knot | null;
  readonly isConnected: boolean;
}

/** What is asked of a MutationRecord. */
export interface Change {
  readonly target: Knot;
  readonly removedNodes: ArrayLike<Knot>;
  readonly nextSibling: Knot | null;
  readonly previousSibling: Knot | null;
}

/** A place in the page: at a node, or, where no neighbour is left on that side, at the edge of what it was in. */
export interface Spot<K> {
  node: K;
  /** The node stood beside what is gone; otherwise it was around that. */
  beside: boolean;
}

/**
 * Where something was that is gone, by what has stayed on one side of it. What has changed tells who its neighbour was when it went;
 * if that one is gone too, it went later, and the same is asked of it. Null: it went before these changes.
 */
export function whereabouts<K extends Knot>(
  gone: K,
  changes: readonly (Change & { target: K; nextSibling: K | null; previousSibling: K | null })[],
  side: 'nextSibling' | 'previousSibling',
): Spot<K> | null {
  let spot = { node: gone, beside: false };
  while (!spot.node.isConnected) {
    let root: Knot = spot.node;
    while (root.parentNode) root = root.parentNode;
    let at = changes.length - 1;
    while (at >= 0 && !Array.from(changes[at]?.removedNodes ?? []).includes(root)) at -= 1;
    const change = changes[at];
    if (!change) return null;
    const neighbour = change[side];
    spot = { node: neighbour ?? change.target, beside: neighbour !== null };
  }
  return spot;
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
