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

/** Drawn beyond each edge of what is seen. */
const BEYOND = 14;

/** Left as it is until what is seen comes closer to an edge than this. */
const ENOUGH = 5;

/** Which rows to draw, to see what lies between two heights. What is drawn stays if it is enough. */
export function wanted(tops: Float64Array, from: number, to: number, drawn: Range): Range {
  const count = tops.length - 1;
  if (count <= 0) return { start: 0, end: 0 };
  const first = rowAt(tops, from);
  const last = rowAt(tops, to) + 1;
  const enough =
    drawn.end <= count &&
    (drawn.start === 0 || drawn.start <= first - ENOUGH) &&
    (drawn.end === count || drawn.end >= last + ENOUGH) &&
    drawn.end - drawn.start <= last - first + 6 * BEYOND;
  if (enough && drawn.end > drawn.start) return drawn;
  return { start: Math.max(0, first - BEYOND), end: Math.min(count, last + BEYOND) };
}
