// Small helpers of a conversation: what has the focus, and the way to a message that may not be here yet.

import { onCleanup } from 'solid-js';
import type { TimelineSnapshot } from '../../engine/protocol';
import { t } from '../../i18n';
import { toast } from '../../parts/overlays';
import type { TimelineControl } from './timeline';

/** So many steps into the past are made to find a message. */
const STEPS = 60;

/** Tells the name of what has the focus, whenever that changes. */
export function followFocus(tell: (key: string) => void): void {
  const report = (): void => tell((document.activeElement as HTMLElement | null)?.dataset.focus ?? '');
  document.addEventListener('focusin', report);
  onCleanup(() => document.removeEventListener('focusin', report));
  report();
}

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

/** Goes to a message, and loads older ones until it is here. */
export async function jumpTo(
  id: number,
  control: () => TimelineControl | null,
  snapshot: () => TimelineSnapshot,
  older: () => Promise<void>,
): Promise<void> {
  for (let step = 0; step < STEPS; step += 1) {
    if (snapshot().rows.some((row) => row.id === id)) {
      control()?.toRow(id);
      return;
    }
    if (snapshot().complete) break;
    const before = snapshot().rows.length;
    try {
      if (before > 0) await older();
    } catch {
      break;
    }
    // The rows come as a snapshot of their own.
    for (let wait = 0; wait < 40 && snapshot().rows.length === before && !snapshot().complete; wait += 1) await soon();
  }
  toast(t('error.noSuchMessage'));
}
