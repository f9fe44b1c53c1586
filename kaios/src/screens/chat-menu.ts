// What can be done with a chat of the list.

import { back, place } from '../app/router';
import { engine } from '../app/world';
import { chatSettings } from '../engine/engine';
import type { ChatRow, ChatSettings } from '../engine/protocol';
import { t } from '../i18n';
import { ask, choose, type MenuItem } from '../parts/overlays';
import { sayWrong } from './wrong';

const HOUR = 3_600_000;
const EVER = Number.MAX_SAFE_INTEGER;

/** Does something, and says so if it could not be done. True: it was done. */
export async function attempt(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (thrown) {
    sayWrong(thrown);
    return false;
  }
}

export async function mute(account: string, chat: string): Promise<void> {
  const span = await choose<number>(
    t('chats.mute'),
    [
      [HOUR, t('mute.hour')],
      [24 * HOUR, t('mute.day')],
      [7 * 24 * HOUR, t('mute.week')],
      [EVER, t('mute.ever')],
    ],
    0,
  );
  if (span === null) return;
  const mutedUntilMs = span === EVER ? EVER : Date.now() + span;
  await attempt(engine().call('setChat', { account, chat, settings: chatSettings({ mutedUntilMs }) }));
}

export async function removeChat(account: string, chat: string, name: string): Promise<void> {
  if (!(await ask(t('chats.remove'), t('chats.remove.ask', { name }), t('delete'), true))) return;
  const done = await attempt(engine().call('removeChat', { account, chat }));
  const front = place();
  if (done && front.screen === 'chat' && front.chat === chat) back();
}

export function chatMenu(row: ChatRow): MenuItem[] {
  const { account, chat } = row;
  const change = (settings: Partial<ChatSettings>): void => {
    void attempt(engine().call('setChat', { account, chat, settings: chatSettings(settings) }));
  };
  const items: MenuItem[] = [];
  if (row.unread > 0) {
    items.push({
      label: t('chats.markRead'),
      icon: 'check',
      run: () => void attempt(engine().call('markRead', { account, chat })),
    });
  }
  items.push(
    { label: t(row.pinned ? 'chats.unpin' : 'chats.pin'), icon: 'pin', run: () => change({ pinned: !row.pinned }) },
    row.muted
      ? { label: t('chats.unmute'), icon: 'bell', run: () => change({ mutedUntilMs: 0 }) }
      : { label: t('chats.mute'), icon: 'mute', run: () => void mute(account, chat) },
    {
      label: t(row.archived ? 'chats.unarchive' : 'chats.archive'),
      icon: 'archive',
      run: () => change({ archived: !row.archived }),
    },
    { label: t('chats.remove'), icon: 'delete', danger: true, run: () => void removeChat(account, chat, row.name) },
  );
  return items;
}
