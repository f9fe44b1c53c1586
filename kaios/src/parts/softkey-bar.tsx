// The bar at the lower edge of a feature phone: what its three keys do just now.

import { createMemo, Show, type JSX } from 'solid-js';
import { layout } from '../app/layout';
import { softkeys, type Softkey } from '../app/softkeys';

/** Does what a softkey says. */
export function pressSoftkey(side: 'left' | 'right'): void {
  softkeys()[side]?.run?.();
}

function Key(props: { place: 'left' | 'centre' | 'right'; softkey: Softkey | null | undefined }): JSX.Element {
  const run = (): void => {
    const active = document.activeElement;
    const chosen = props.softkey?.run;
    if (chosen) chosen();
    else if (active instanceof HTMLInputElement) active.form?.requestSubmit();
    else (active as HTMLElement | null)?.click();
  };
  return (
    <button
      type="button"
      class={`softkey ${props.place}`}
      tabindex="-1"
      // What has the focus keeps it.
      onMouseDown={(event) => event.preventDefault()}
      onClick={run}
      hidden={!props.softkey}
    >
      {props.softkey?.label}
    </button>
  );
}

export function SoftkeyBar(): JSX.Element {
  const keys = createMemo(softkeys);
  return (
    <Show when={layout() === 'tiny'}>
      <footer class="softkeys">
        <Key place="left" softkey={keys().left} />
        <Key place="centre" softkey={keys().centre} />
        <Key place="right" softkey={keys().right} />
      </footer>
    </Show>
  );
}
