// What the keys do that belong to the whole app.

import type { Handlers } from '../focus/pressed';
import { closeOverlay } from '../parts/overlays';
import { pressSoftkey } from '../parts/softkey-bar';
import { layout } from './layout';
import { ended } from './leaving';
import { back, go, openChat, place, stack } from './router';
import { chats } from './world';

/** Nobody is signed in yet: the screens of the beginning take the whole window. */
export const alone = (): boolean => stack().some((where) => where.screen === 'welcome');

function onBack(): void {
  if (closeOverlay() || ended() || back()) return;
  // On a phone, Back on the first screen leaves the app.
  if (layout() === 'tiny') window.close();
}

function onDigit(digit: number): void {
  if (digit === 0 || place().screen !== 'chats') return;
  const row = chats.rows.filter((chat) => !chat.archived)[digit - 1];
  if (row) openChat(row.account, row.chat);
}

export const handlers: Handlers = {
  soft: pressSoftkey,
  back: onBack,
  digit: onDigit,
  find: () => {
    if (!alone() && place().screen !== 'search') go({ screen: 'search' });
  },
};
