// What the keys do that belong to the whole app.

import type { Handlers } from '../focus/pressed';
import { closeOverlay } from '../parts/overlays';
import { pressSoftkey } from '../parts/softkey-bar';
import { layout } from './layout';
import { ended } from './leaving';
import { back, go, openChat, place, stack } from './router';
import { softkeys } from './softkeys';
import { chats } from './world';

/** Nobody is signed in yet: the screens of the beginning take the whole window. */
export const alone = (): boolean => stack().some((where) => where.screen === 'welcome');

/** False on the first screen: there, Back is the system's, and leaves the app. */
const onBack = (): boolean => closeOverlay() || ended() || back();

function onDigit(digit: number): void {
  if (digit === 0 || place().screen !== 'chats') return;
  const row = chats.rows.filter((chat) => !chat.archived)[digit - 1];
  if (row) openChat(row.account, row.chat);
}

/** On a phone, Enter does what the bar says in its middle. */
function onEnter(): boolean {
  const run = layout() === 'tiny' ? softkeys().centre?.run : undefined;
  run?.();
  return run !== undefined;
}

export const handlers: Handlers = {
  enter: onEnter,
  soft: pressSoftkey,
  back: onBack,
  digit: onDigit,
  find: () => {
    if (!alone() && place().screen !== 'search') go({ screen: 'search' });
  },
};
