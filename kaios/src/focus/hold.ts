// Tells a short press of Enter from a long one.

/** How long a press is long, in milliseconds. */
export const LONG = 550;

/** Watches one key. A long press acts while it is still held; a short one when it is let go, as does a long one that means nothing here. */
export class Hold {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private down = false;

  constructor(
    private readonly short: () => void,
    /** False: it means nothing here. */
    private readonly long: () => boolean,
  ) {}

  press(repeated: boolean): void {
    if (repeated || this.down) return;
    this.down = true;
    this.timer = setTimeout(() => {
      this.down = !this.long();
    }, LONG);
  }

  release(): void {
    clearTimeout(this.timer);
    if (!this.down) return;
    this.down = false;
    this.short();
  }

  forget(): void {
    clearTimeout(this.timer);
    this.down = false;
  }
}
