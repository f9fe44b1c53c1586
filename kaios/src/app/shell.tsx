// The whole app on the screen: one pane, or two side by side, and what lies over them.

import { createEffect, createMemo, For, Show, untrack, type JSX } from 'solid-js';
import { t } from '../i18n';
import { Overlays } from '../parts/overlay-view';
import { SoftkeyBar } from '../parts/softkey-bar';
import { ScreenOf } from '../screens';
import { ChooseChat } from '../screens/choose';
import { alone } from './keys';
import { layout } from './layout';
import { waiting } from './notify';
import { place, scopeName, type Place } from './router';
import { requests } from './world';

/** A browser without badges shows none. */
async function showBadge(count: number): Promise<void> {
  const { setAppBadge, clearAppBadge }: Partial<Navigator> = navigator;
  await (count > 0 ? setAppBadge?.call(navigator, count) : clearAppBadge?.call(navigator));
}

/** The number of what waits stands before the title of the window, and on the icon of the app where it was installed. */
function followUnread(): void {
  createEffect(() => {
    const count = waiting() + requests().length;
    document.title = count > 0 ? `(${String(count)}) Larimar` : 'Larimar';
    showBadge(count).catch(() => undefined);
  });
}

export function Shell(): JSX.Element {
  followUnread();
  const two = (): boolean => layout() === 'wide' && !alone();
  const shown = createMemo<Place[]>(() => {
    const front = place();
    if (!two()) return [front];
    const list: Place = { screen: 'chats' };
    return front.screen === 'chats' && !front.archived ? [list] : [list, front];
  });
  // A place is known by its name: while that stays, the screen stays.
  const names = createMemo(() => shown().map(scopeName), [], { equals: (a, b) => a.join('\n') === b.join('\n') });
  return (
    <>
      <div class="panes" classList={{ two: two(), alone: alone() }}>
        <For each={names()}>
          {(name, index) => {
            const where = untrack(() => shown().find((one) => scopeName(one) === name));
            const aside = (): boolean => two() && index() === 0;
            return (
              <div
                class="pane"
                role={aside() ? 'complementary' : 'main'}
                aria-label={aside() ? t('chats.title') : undefined}
              >
                <Show when={where}>{(one) => <ScreenOf place={one()} name={name} />}</Show>
              </div>
            );
          }}
        </For>
        <Show when={two() && names().length === 1}>
          <div class="pane" role="main">
            <ChooseChat />
          </div>
        </Show>
      </div>
      <SoftkeyBar />
      <Overlays />
    </>
  );
}
