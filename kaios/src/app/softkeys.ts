// What the softkeys do just now: the newest screen or overlay that is shown decides.

import { createSignal, onCleanup } from 'solid-js';

export interface Softkey {
  label: string;
  /** Without it, the key in the centre does what Enter does. */
  run?: () => void;
}

export interface Softkeys {
  left?: Softkey | null;
  centre?: Softkey | null;
  right?: Softkey | null;
}

const [layers, setLayers] = createSignal<(() => Softkeys)[]>([]);

export const softkeys = (): Softkeys => layers()[layers().length - 1]?.() ?? {};

/** Decides about the softkeys for as long as the calling component is there. */
export function useSoftkeys(keys: () => Softkeys): void {
  setLayers((all) => [...all, keys]);
  onCleanup(() => setLayers((all) => all.filter((layer) => layer !== keys)));
}
