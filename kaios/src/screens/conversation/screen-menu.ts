// What can be done with a conversation as a whole.

import { go } from '../../app/router';
import { chatRow, engine } from '../../app/world';
import { chatSettings } from '../../engine/engine';
import { t } from '../../i18n';
import type { MenuItem } from '../../parts/overlays';
import { attempt, mute, removeChat } from '../chat-menu';
import { pickFiles } from './composer';
import type { Draft } from './draft';
import type { TimelineControl } from './timeline';
import { canRecord, startRecording } from './voice-recorder';

export interface ScreenMenu {
  account: string;
  chat: string;
  name: string;
  draft: Draft;
  takeFiles: (files: File[]) => void;
  find: () => void;
  control: TimelineControl | null;
  firstUnread: () => number | null;
}

export function screenMenu(of: ScreenMenu): MenuItem[] {
  const { account, chat } = of;
  const row = chatRow(account, chat);
  const unread = of.firstUnread();
  const items: MenuItem[] = [
    { label: t('chat.camera'), icon: 'picture', run: () => pickFiles('image/*', of.takeFiles) },
    { label: t('chat.attach'), icon: 'attach', run: () => pickFiles('', of.takeFiles) },
  ];
  if (canRecord()) items.push({ label: t('chat.voice'), icon: 'mic', run: () => void startRecording() });
  items.push({ label: t('chat.person'), icon: 'person', run: () => go({ screen: 'contact', account, jid: chat }) });
  items.push({ label: t('chat.find'), icon: 'search', run: of.find });
  if (unread !== null) items.push({ label: t('chat.toUnread'), icon: 'up', run: () => of.control?.toRow(unread) });
  items.push({ label: t('chat.toEnd'), icon: 'down', run: () => of.control?.toEnd() });
  items.push(
    row?.muted
      ? {
          label: t('chats.unmute'),
          icon: 'bell',
          run: () =>
            void attempt(engine().call('setChat', { account, chat, settings: chatSettings({ mutedUntilMs: 0 }) })),
        }
      : { label: t('chats.mute'), icon: 'mute', run: () => void mute(account, chat) },
    { label: t('chats.remove'), icon: 'delete', danger: true, run: () => void removeChat(account, chat, of.name) },
  );
  return items;
}
