// What is seen first: the chat list as it was last. It is there before the engine is, and gives way to the engine's own.

import { createEffect, onCleanup } from 'solid-js';
import type { ChatRow } from '../engine/protocol';
import { accounts, chats, type Lasting } from './world';

export interface First {
  accounts: Lasting[];
  rows: ChatRow[];
}

const KEY = 'larimar.first';
/** More rows than any screen has at once. */
const MOST = 20;
/** How long a change may wait to be written, in milliseconds. */
const PATIENCE = 500;

/** The list as it was last; null where there is none, or it cannot be read. */
export function firstSeen(): First | null {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as First | null;
    return kept && kept.accounts.length > 0 ? kept : null;
  } catch {
    return null;
  }
}

/** Nothing is left of the list. */
export function forgetFirst(): void {
  localStorage.removeItem(KEY);
}

function keep(now: First): void {
  try {
    if (now.accounts.length === 0) forgetFirst();
    else localStorage.setItem(KEY, JSON.stringify(now));
  } catch {
    // Without room the app waits for the engine. What was kept before may be wrong by now.
    forgetFirst();
  }
}

/** Follows the list: what is seen of it is kept, when it has not changed for a moment or the page goes. Call it inside a root. */
export function followFirst(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest: First | null = null;
  const write = (): void => {
    clearTimeout(timer);
    if (latest) keep(latest);
    latest = null;
  };
  addEventListener('pagehide', write);
  onCleanup(() => {
    removeEventListener('pagehide', write);
    write();
  });
  createEffect(() => {
    const rows: ChatRow[] = [];
    for (const row of chats.rows) {
      if (rows.length === MOST) break;
      if (!row.archived) rows.push({ ...row });
    }
    latest = { accounts: accounts().map(({ account, enabled, pushes }) => ({ account, enabled, pushes })), rows };
    clearTimeout(timer);
    timer = setTimeout(write, PATIENCE);
    // Of an account that was left nothing stays, whatever happens next.
    if (accounts().length === 0) write();
  });
}
