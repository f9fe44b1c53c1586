// Asks the browser to keep what is stored here when it runs out of room: keys and messages are nothing that can be fetched again
// like a page. Some browsers decide by themselves, others ask; a person is asked once.

import { createEffect, createMemo } from 'solid-js';
import { accounts } from './world';

const ASKED = 'larimar.kept';

async function ask(): Promise<void> {
  const storage: Partial<StorageManager> | undefined = navigator.storage;
  if (!storage?.persist || (await storage.persisted?.())) return;
  if (localStorage.getItem(ASKED) !== null) return;
  localStorage.setItem(ASKED, 'yes');
  await storage.persist();
}

/** Once there is an account, there is something to be kept. Call it inside a root. */
export function askToKeep(): void {
  const hasAccounts = createMemo(() => accounts().length > 0);
  createEffect(() => {
    // Who is not allowed to ask has what every page has.
    if (hasAccounts()) ask().catch(() => undefined);
  });
}
