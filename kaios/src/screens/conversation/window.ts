// Which rows of a long conversation are drawn: heights that were measured or are guessed, and where rows begin.

/** What a row is taken to be high before it was seen, in pixels. */
const GUESS = 64;

export class Heights {
  private readonly known = new Map<number, number>();
  private sum = 0;

  /** Remembers a measured height. True: it is new. */
  measured(id: number, height: number): boolean {
    const before = this.known.get(id);
    if (before !== undefined && Math.abs(before - height) < 0.5) return false;
    this.sum += height - (before ?? 0);
    this.known.set(id, height);
    return true;
  }

  /** After the text size or the width changed, all of them are guesses again. */
  forget(): void {
    this.known.clear();
    this.sum = 0;
  }

  /** Where each row begins, and, at the end, where the last one ends. */
  tops(ids: readonly number[]): Float64Array {
    const guess = this.known.size > 0 ? this.sum / this.known.size : GUESS;
    const tops = new Float64Array(ids.length + 1);
    let top = 0;
    ids.forEach((id, index) => {
      tops[index] = top;
      top += this.known.get(id) ?? guess;
    });
    tops[ids.length] = top;
    return tops;
  }
}

/** The row at a height: the last one that begins there or above. */
export function rowAt(tops: Float64Array, height: number): number {
  let low = 0;
  let high = Math.max(0, tops.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= height) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface Range {
  start: number;
  end: number;
}

/** Drawn beyond each edge of what is seen, in time. */
const BEYOND = 10;

/** So many rows are added at an edge in one frame: more of them would make a slow phone stutter. */
const FEW = 2;

/** So many rows more than wanted are left in place. */
const SLACK = 6;

/**
 * Which rows to draw next, to see what lies between two heights: at once what is seen, and frame by frame what lies beyond.
 * What is drawn is given back as it is once nothing is to be added or left out.
 */
export function step(tops: Float64Array, from: number, to: number, drawn: Range): Range {
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
  if (start > far.start) start = Math.max(far.start, Math.min(start - FEW, first - 1));
  else if (start < far.start - SLACK) start = far.start;
  if (end < far.end) end = Math.min(far.end, Math.max(end + FEW, last + 1));
  else if (end > far.end + SLACK) end = far.end;
  return start === drawn.start && end === drawn.end ? drawn : { start: Math.max(0, start), end };
}
