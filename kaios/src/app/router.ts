// Which screen is shown, and the way back. The browser's own Back button goes the same way.

import { createSignal } from 'solid-js';
import { forget } from '../focus/keeper';
import { closeOverlay } from '../parts/overlays';

export type Place =
  | { screen: 'welcome' }
  | { screen: 'signIn'; jid?: string }
  | { screen: 'register'; domain?: string; token?: string }
  | { screen: 'invite' }
  | { screen: 'chats'; archived?: boolean }
  | { screen: 'chat'; account: string; chat: string; message?: number }
  | { screen: 'new' }
  | { screen: 'contact'; account: string; jid: string }
  | { screen: 'shared'; account: string; jid: string }
  | { screen: 'security'; account: string; jid: string }
  | { screen: 'scan'; account: string; jid: string }
  | { screen: 'requests' }
  | { screen: 'search'; words?: string }
  | { screen: 'profile'; account: string }
  | { screen: 'code'; account: string }
  | { screen: 'devices'; account: string }
  | { screen: 'picture'; message: number; file: number; name: string }
  | { screen: 'settings' }
  | { screen: 'storage' }
  | { screen: 'about' }
  | { screen: 'help' };

const [stack, setStack] = createSignal<Place[]>([{ screen: 'welcome' }]);

export { stack };

/** The place in front. */
export const place = (): Place => stack()[stack().length - 1] ?? { screen: 'chats' };

/** The name of a place, as the focus knows it. */
export function scopeName(where: Place): string {
  return Object.values(where).join(' ');
}

/** Goes on to a place. */
export function go(next: Place): void {
  forget(scopeName(next));
  setStack([...stack(), next]);
  history.pushState(null, '');
}

/** Goes to a place instead of the one in front. */
export function replace(next: Place): void {
  forget(scopeName(next));
  setStack([...stack().slice(0, -1), next]);
}

/** Begins anew with one place, or a few: nothing leads back to what was before. */
export function restart(...places: Place[]): void {
  places.forEach((next) => forget(scopeName(next)));
  setStack(places);
}

/** Opens a conversation: from wherever it was chosen, Back leads to the list. */
export function openChat(account: string, chat: string, message?: number): void {
  const next: Place = message === undefined ? { screen: 'chat', account, chat } : { screen: 'chat', account, chat, message };
  forget(scopeName(next));
  const base = stack().slice(0, 1);
  const keep = stack()[1]?.screen === 'search' || stack()[1]?.screen === 'chats' ? stack().slice(0, 2) : base;
  const grows = keep.length + 1 > stack().length;
  setStack([...keep, next]);
  if (grows) history.pushState(null, '');
}

/** How many steps back of ours the browser has still to tell of. */
let own = 0;

/** Goes back. False: there is nothing to go back to. */
export function back(): boolean {
  if (stack().length < 2) return false;
  setStack(stack().slice(0, -1));
  own += 1;
  history.back();
  return true;
}

/** Follows the browser's own Back button. */
export function followHistory(): void {
  addEventListener('popstate', () => {
    if (own > 0) {
      own -= 1;
    } else if (closeOverlay()) {
      history.pushState(null, '');
    } else if (stack().length > 1) {
      setStack(stack().slice(0, -1));
    }
  });
}
