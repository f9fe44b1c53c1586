// Tells a person of new messages while the app is not in front, as far as they want to be told.

import { t } from '../i18n';
import { openChat } from './router';
import { settings } from './settings';
import { chatRow, chats, engine, nameOf } from './world';
import { previewText } from '../screens/preview';

/** What the service worker tells: which notification was chosen, or that something came by push. */
type FromServiceWorker = About | { kind: 'push' } | null;

interface About {
  account: string;
  chat: string;
}

function open({ account, chat }: About): void {
  window.focus();
  openChat(account, chat);
}

function hear(told: FromServiceWorker): void {
  if (told === null) window.focus();
  else if ('kind' in told) void engine().call('networkChanged', {}).catch(() => undefined);
  else open(told);
}

/** Takes back what the service worker told, which does not know what came: the page tells better. */
async function forget(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  const told = await registration?.getNotifications({ tag: 'news' });
  told?.forEach((note) => note.close());
}

async function show(about: About): Promise<void> {
  const { account, chat } = about;
  const row = chatRow(account, chat);
  const full = settings.notifications === 'full';
  const title = full ? nameOf(account, chat) : 'Larimar';
  const body = full && row ? previewText(row) : t('notify.new');
  // One chat has one notification: a newer one takes its place.
  const options = { body, tag: `${account} ${chat}`, icon: './icons/larimar-192.png', data: about };
  const registration = 'serviceWorker' in navigator ? await navigator.serviceWorker.getRegistration() : undefined;
  if (registration) {
    await registration.showNotification(title, options);
    await forget();
    return;
  }
  const note = new Notification(title, options);
  note.onclick = () => {
    open(about);
    note.close();
  };
}

export function notifyOfMessages(): void {
  if ('serviceWorker' in navigator) {
    navigator.serviceWorker.onmessage = (message: MessageEvent<FromServiceWorker>) => hear(message.data);
    forget().catch(() => undefined);
  }
  engine().onEvent((event) => {
    if (event.kind !== 'notify' || settings.notifications === 'off') return;
    if (!document.hidden && document.hasFocus()) return;
    if (!('Notification' in window) || Notification.permission !== 'granted') return;
    const { account, chat } = event;
    // The row of the list comes a moment after the event. A system that shows nothing leaves the number on the list.
    setTimeout(() => void show({ account, chat }).catch(() => undefined), 150);
  });
}

/** How many messages wait, for the badge on the app's icon. */
export const waiting = (): number => chats.rows.reduce((sum, row) => sum + (row.muted ? 0 : row.unread), 0);
