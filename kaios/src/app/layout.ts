// How much room there is: a feature phone with softkeys, one pane, or two panes side by side.

import { createSignal } from 'solid-js';

export type Layout = 'tiny' | 'narrow' | 'wide';

/** From this width on, the list and the conversation stand side by side. */
const WIDE = 700;

function measure(): Layout {
  if (innerWidth >= WIDE) return 'wide';
  return innerWidth < 330 || innerHeight < 330 ? 'tiny' : 'narrow';
}

const [layout, setLayout] = createSignal<Layout>('narrow');

export { layout };

export function followSize(): void {
  const update = (): void => {
    setLayout(measure());
    document.documentElement.dataset.layout = layout();
  };
  update();
  addEventListener('resize', update);
}
