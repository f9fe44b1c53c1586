// Tells a short press of Enter from a long one.

/** How long a press is long, in milliseconds. */
export const LONG = 550;

/** Watches one key. A long press acts while it is still held; a short one when it is let go. */
export class Hold {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private down = false;

  constructor(
    private readonly short: () => void,
    private readonly long: () => void,
  ) {}

  press(repeated: boolean): void {
    if (repeated || this.down) return;
    this.down = true;
    this.timer = setTimeout(() => {
      this.down = false;
      this.long();
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
