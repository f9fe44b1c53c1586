// What Back ends before it leaves a screen: a search, a reply that was begun, a recording.

import { onCleanup } from 'solid-js';

const handlers: (() => boolean)[] = [];

/** Asks to be heard before a screen is left; answers true if there was something to end. */
export function beforeBack(handler: () => boolean): void {
  handlers.push(handler);
  onCleanup(() => {
    const at = handlers.indexOf(handler);
    if (at >= 0) handlers.splice(at, 1);
  });
}

/** True if something was ended, so that the screen stays. */
export function ended(): boolean {
  for (let at = handlers.length - 1; at >= 0; at -= 1) {
    if (handlers[at]?.()) return true;
  }
  return false;
}
