// Tells a person of new messages while the app is not in front, as far as they want to be told.

import type { Stop } from '../engine/engine';
import { t } from '../i18n';
import { openChat } from './router';
import { settings } from './settings';
import { chatRow, chats, engine, nameOf } from './world';
import { previewText } from '../screens/preview';

function show(account: string, chat: string): void {
  const row = chatRow(account, chat);
  const full = settings.notifications === 'full';
  const title = full ? nameOf(account, chat) : 'Larimar';
  const body = full && row ? previewText(row) : t('notify.new');
  // One chat has one notification: a newer one takes its place.
  const note = new Notification(title, { body, tag: `${account} ${chat}`, icon: './icons/larimar-192.png' });
  note.onclick = () => {
    window.focus();
    openChat(account, chat);
    note.close();
  };
}

export function notifyOfMessages(): Stop {
  return engine().onEvent((event) => {
    if (event.kind !== 'notify' || settings.notifications === 'off') return;
    if (!document.hidden && document.hasFocus()) return;
    if (!('Notification' in window) || Notification.permission !== 'granted') return;
    // The row of the list comes a moment after the event.
    setTimeout(() => show(event.account, event.chat), 150);
  });
}

/** How many messages wait, for the badge on the app's icon. */
export const waiting = (): number => chats.rows.reduce((sum, row) => sum + (row.muted ? 0 : row.unread), 0);
