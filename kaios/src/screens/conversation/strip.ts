// The rows that are in the page, one below the other in a space that is as high as all would be. Rows are added at one edge while the
// other one is held, so that nothing that is seen moves, however high they turn out to be; they are measured once the page has
// been laid out anyway, because a slow phone has time for one layout in a frame.

import type { Places } from './places';
import type { Range } from './window';

const pixels = (length: number): string => `${String(length)}px`;

export class Strip {
  /** Set when they are there. */
  space!: HTMLDivElement;
  rows!: HTMLDivElement;
  range: Range = { start: 0, end: 0 };
  /** How much lower than by their places the rows stand: so much were others, beyond what is held, not as high as they were taken to be. */
  shift = 0;
  /** Those whose heights are known; the others were drawn beside them. */
  private measured: Range = { start: 0, end: 0 };
  private held: 'top' | 'bottom' = 'top';

  constructor(private readonly places: Places) {}

  /** How far below the beginning of the space a row begins, and, for the one behind the last, where the space ends. */
  top(index: number): number {
    return (this.places.tops[index] ?? 0) + this.shift;
  }

  /** These rows are drawn now. */
  take(next: Range): void {
    const { range, measured } = this;
    this.held = next.start < range.start && next.end > range.start ? 'bottom' : 'top';
    const start = Math.max(measured.start, next.start);
    const end = Math.min(measured.end, next.end);
    this.measured = start < end ? { start, end } : { start: next.start, end: next.start };
    this.range = next;
    this.put();
  }

  /** The rows that are drawn have other numbers now, and all stand by their places. */
  renumber(range: Range): void {
    this.range = this.measured = range;
    this.shift = 0;
  }

  /** Measures the rows that were added last. True: the end of all rows is at another place now. */
  settle(): boolean {
    const { places, range, measured } = this;
    if (measured.start === range.start && measured.end === range.end) return false;
    const edge = this.held === 'top' ? range.start : range.end;
    const height = this.top(edge);
    this.measure(range.start, measured.start);
    this.measure(measured.end, range.end);
    this.measured = range;
    this.shift = height - (places.tops[edge] ?? 0);
    if (range.end < places.count) return false;
    this.put();
    return true;
  }

  measureAll(): void {
    this.measure(this.range.start, this.range.end);
    this.measured = this.range;
  }

  /** All stand by their places again. */
  straighten(): void {
    this.shift = 0;
    this.put();
  }

  private measure(start: number, end: number): void {
    for (let at = start; at < end; at += 1) {
      const id = this.places.at(at);
      const element = this.rows.children[at - this.range.start];
      if (id !== undefined && element) this.places.measure(id, element.getBoundingClientRect().height);
    }
  }

  private put(): void {
    const { range, held, places } = this;
    const { style } = this.rows;
    const end = this.top(places.count);
    this.space.style.height = pixels(end);
    style.top = held === 'top' ? pixels(this.top(range.start)) : 'auto';
    style.bottom = held === 'bottom' ? pixels(end - this.top(range.end)) : 'auto';
  }
}
