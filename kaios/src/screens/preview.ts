// One line of what was said last in a chat.

import type { ChatRow } from '../engine/protocol';
import { t } from '../i18n';

export function previewText(row: ChatRow): string {
  if (row.file === null) return row.preview;
  if (row.file.startsWith('image/')) return t('chats.picture');
  if (row.file.startsWith('audio/')) return t('chats.voice');
  if (row.file.startsWith('video/')) return t('chats.video');
  return row.preview || t('chats.file');
}
