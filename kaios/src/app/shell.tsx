// The whole app on the screen: one pane or two, what lies over them, and what the keys of the whole page do.

import { createEffect, createMemo, For, onMount, Show, untrack, type JSX } from 'solid-js';
import { listen } from '../focus/pressed';
import { keep } from '../focus/keeper';
import { closeOverlay } from '../parts/overlays';
import { Overlays } from '../parts/overlay-view';
import { pressSoftkey, SoftkeyBar } from '../parts/softkey-bar';
import { ChooseChat } from '../screens/choose';
import { ScreenOf } from '../screens';
import { ended } from './leaving';
import { layout } from './layout';
import { back, followHistory, go, openChat, place, scopeName, stack, type Place } from './router';
import { chats, requests } from './world';
import { t } from '../i18n';

/** Screens that take the whole window: nobody is signed in yet. */
const ALONE: Place['screen'][] = ['welcome'];

const alone = (): boolean => stack().some((where) => ALONE.includes(where.screen));

function onBack(): void {
  if (closeOverlay()) return;
  if (ended()) return;
  if (!back() && layout() === 'tiny') window.close();
}

function onDigit(digit: number): void {
  if (digit === 0 || place().screen !== 'chats') return;
  const row = chats.rows.filter((chat) => !chat.archived)[digit - 1];
  if (row) openChat(row.account, row.chat);
}

/** The number of unread messages stands before the title of the window. */
function followUnread(): void {
  createEffect(() => {
    const unread = chats.rows.reduce((sum, row) => sum + (row.muted ? 0 : row.unread), 0) + requests().length;
    document.title = unread > 0 ? `(${String(unread)}) Larimar` : 'Larimar';
  });
}

export function Shell(): JSX.Element {
  onMount(() => {
    keep();
    followHistory();
    listen({
      soft: pressSoftkey,
      back: onBack,
      digit: onDigit,
      find: () => {
        if (!alone() && place().screen !== 'search') go({ screen: 'search' });
      },
    });
  });
  followUnread();
  const two = (): boolean => layout() === 'wide' && !alone();
  // A place is its own name: the same one stays the same element.
  const shown = createMemo<Place[]>(() => {
    const front = place();
    if (!two()) return [front];
    const list: Place = { screen: 'chats' };
    return front.screen === 'chats' && !front.archived ? [list] : [list, front];
  });
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
