// How much room there is on this device, as far as the browser says.

export interface Room {
  /** In bytes; null: not known. */
  used: number | null;
  free: number | null;
}

/** A browser that keeps its numbers to itself says nothing, or 0: neither is a number to show. */
export function roomOf({ usage, quota }: StorageEstimate): Room {
  return {
    used: usage || null,
    free: quota ? Math.max(0, quota - (usage ?? 0)) : null,
  };
}
