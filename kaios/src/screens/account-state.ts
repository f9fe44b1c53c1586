// How an account, or all of them, stand, in words.

import { accounts, isSyncing } from '../app/world';
import type { AccountRow } from '../engine/protocol';
import { t } from '../i18n';
import { errorText } from '../i18n/errors';

export function stateText(row: AccountRow): string {
  switch (row.state) {
    case 'online':
      return t('presence.online');
    case 'connecting':
      return t('state.connecting');
    case 'offline':
      return t('presence.offline');
    case 'failed':
      return row.error ? errorText(row.error) : t('state.failed');
  }
}

/** What is to be known above the chat list; null: all is well. */
export function trouble(): { text: string; account: string; waits: boolean } | null {
  const failed = accounts().find((row) => row.state === 'failed' && row.enabled);
  if (failed) return { text: stateText(failed), account: failed.account, waits: true };
  const offline = accounts().find((row) => row.state === 'offline' && row.enabled);
  if (offline) return { text: t('state.offline'), account: offline.account, waits: false };
  const connecting = accounts().find((row) => row.state === 'connecting');
  if (connecting) return { text: t('state.connecting'), account: connecting.account, waits: false };
  if (isSyncing()) return { text: t('state.syncing'), account: '', waits: false };
  return null;
}
