// Which rows of a long conversation are drawn, and how many more with each frame.

import { rowAt } from './places';

export interface Range {
  start: number;
  end: number;
}

/** Drawn beyond each edge of what is seen, in time: about a small screen. All that is drawn costs something in each frame. */
const BEYOND = 5;

/** So many rows are added at an edge in one frame: more of them would make a slow phone stutter. */
export const FEW = 3;

/** So many rows more than wanted are left in place. */
const SLACK = 3;

/**
 * Which rows to draw next, to see what lies between two heights: at once what is seen, and frame by frame what lies beyond.
 * What is drawn is given back as it is once nothing is to be added or left out. With no few rows, only what is seen is added.
 */
export function step(tops: Float64Array, from: number, to: number, drawn: Range, few = FEW): Range {
  const count = tops.length - 1;
  if (count <= 0) return drawn.end === 0 ? drawn : { start: 0, end: 0 };
  const first = rowAt(tops, from);
  const last = rowAt(tops, to) + 1;
  const far = { start: Math.max(0, first - BEYOND), end: Math.min(count, last + BEYOND) };
  let { start, end } = drawn;
  if (end <= start || end < first || start > last || end > count) {
    // Nothing of it is seen: begin with what is.
    return { start: Math.max(0, first - 1), end: Math.min(count, last + 1) };
  }
  if (start > far.start) start = Math.max(far.start, Math.min(start - few, first - 1));
  else if (start < far.start - SLACK) start = far.start;
  if (end < far.end) end = Math.min(far.end, Math.max(end + few, last + 1));
  else if (end > far.end + SLACK) end = far.end;
  return start === drawn.start && end === drawn.end ? drawn : { start: Math.max(0, start), end };
}
