// Where the rows of a long conversation stand. Pages of older ones come while somebody scrolls: what is known of the others is kept
// as it is, because a slow phone would stutter if all were gone through anew.

/** What a row is taken to be high before any was seen, in pixels. */
const GUESS = 64;

export class Places {
  private ids: readonly number[] = [];
  /** Of each row, its place behind the first one that ever was. Older ones have places below zero. */
  private readonly numbers = new Map<number, number>();
  private first = 0;
  /** Measured heights; 0: not measured yet. */
  private heights: Float64Array = new Float64Array(0);
  private sum = 0;
  private measured = 0;
  private begins: Float64Array = new Float64Array(1);
  private stale = false;

  /** How many rows there are. */
  get count(): number {
    return this.ids.length;
  }

  at(index: number): number | undefined {
    return this.ids[index];
  }

  indexOf(id: number): number | undefined {
    const number = this.numbers.get(id);
    return number === undefined ? undefined : number - this.first;
  }

  /** Where each row begins, and, at the end, where the last one ends. The same numbers are written anew after something was measured. */
  get tops(): Float64Array {
    if (!this.stale) return this.begins;
    this.stale = false;
    const guess = this.measured > 0 ? this.sum / this.measured : GUESS;
    const { heights, begins } = this;
    let top = 0;
    for (let index = 0; index < heights.length; index += 1) {
      top += (heights[index] ?? 0) || guess;
      begins[index + 1] = top;
    }
    return begins;
  }

  /** These rows are there now, in this order. */
  set(ids: readonly number[]): void {
    const before = this.ids;
    const older = this.olderThan(ids);
    const heights = new Float64Array(ids.length);
    if (older < 0) {
      // Some went from among them.
      ids.forEach((id, index) => {
        const was = this.indexOf(id);
        if (was !== undefined) heights[index] = this.heights[was] ?? 0;
      });
      this.numbers.clear();
      this.first = 0;
      ids.forEach((id, index) => this.numbers.set(id, index));
      this.measured = heights.reduce((count, height) => (height > 0 ? count + 1 : count), 0);
      this.sum = heights.reduce((sum, height) => sum + height, 0);
    } else {
      heights.set(this.heights, older);
      this.first -= older;
      const name = (index: number): unknown => this.numbers.set(ids[index] ?? 0, this.first + index);
      for (let index = 0; index < older; index += 1) name(index);
      for (let index = older + before.length; index < ids.length; index += 1) name(index);
    }
    this.ids = ids;
    this.take(heights);
  }

  /** How many stand before those that were there, if all of those still are, one behind the other; else less than 0. */
  private olderThan(ids: readonly number[]): number {
    const before = this.ids;
    const older = before.length > 0 ? ids.indexOf(before[0] ?? 0) : 0;
    if (older < 0) return older;
    for (let index = 0; index < before.length; index += 1) if (ids[older + index] !== before[index]) return -1;
    return older;
  }

  private take(heights: Float64Array): void {
    this.heights = heights;
    this.begins = new Float64Array(heights.length + 1);
    this.stale = true;
  }

  /** Remembers a measured height. True: it is new. */
  measure(id: number, height: number): boolean {
    const index = this.indexOf(id);
    if (index === undefined) return false;
    const before = this.heights[index] ?? 0;
    if (Math.abs(before - height) < 0.5) return false;
    this.sum += height - before;
    if (before === 0) this.measured += 1;
    this.heights[index] = height;
    this.stale = true;
    return true;
  }

  /** After the text size or the width changed, all heights are guesses again. */
  forget(): void {
    this.sum = this.measured = 0;
    this.take(new Float64Array(this.ids.length));
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
