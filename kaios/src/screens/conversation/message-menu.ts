// What can be done with a message, and what Enter does with it.

import { go } from '../../app/router';
import { engine } from '../../app/world';
import type { FileRow, MessageRow } from '../../engine/protocol';
import { t } from '../../i18n';
import { moment } from '../../i18n/format';
import { ask, chooseEmoji, openMenu, tell, toast, type MenuItem } from '../../parts/overlays';
import { QUICK } from '../../parts/emoji';
import { attempt } from '../chat-menu';
import { toggleVoice } from './voice-player';
import { saveFile } from './save';
import { links } from './pieces';
import { openLink } from './text';

export interface MessageActions {
  reply(row: MessageRow): void;
  edit(row: MessageRow): void;
  jump(id: number): void;
  react(row: MessageRow, emoji: string): void;
  retry(row: MessageRow): void;
}

export const isPicture = (file: FileRow): boolean => !!file.mediaType?.startsWith('image/') && file.mediaType !== 'image/svg+xml';
export const isSound = (file: FileRow): boolean => !!file.mediaType?.startsWith('audio/');

/** The reactions of ours with one more, or one less. */
export function toggled(row: MessageRow, emoji: string): string[] {
  const own = row.reactions.filter((reaction) => reaction.from.includes(row.account)).map((reaction) => reaction.emoji);
  return own.includes(emoji) ? own.filter((it) => it !== emoji) : [...own, emoji];
}

async function react(row: MessageRow, actions: MessageActions): Promise<void> {
  const emoji = await chooseEmoji(t('react.title'));
  if (emoji) actions.react(row, emoji);
}

async function retract(row: MessageRow): Promise<void> {
  if (await ask(t('message.delete'), t('message.delete.ask'), t('delete'), true)) {
    await attempt(engine().call('retract', { message: row.id }));
  }
}

function security(row: MessageRow): string {
  if (row.encryption === 'none') return t('chat.open');
  return t(row.trust === 'verified' ? 'chat.verified' : 'chat.encrypted');
}

function details(row: MessageRow): void {
  const lines: [string, string][] = [[t('message.time'), moment(row.timeMs)]];
  if (row.outgoing) lines.push([t('message.state'), t(`delivery.${row.delivery}`)]);
  lines.push([t('message.security'), security(row)]);
  tell(t('message.info'), lines);
}

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(t('copied'));
  } catch {
    toast(text);
  }
}

export function openPicture(row: MessageRow, file: FileRow): void {
  go({ screen: 'picture', message: row.id, file: file.id, name: file.description ?? file.name });
}

/** Opens a file, or fetches it first. */
export function openFile(row: MessageRow, file: FileRow): void {
  if (file.state === 'coming') void attempt(engine().call('cancelFiles', { message: row.id }));
  else if (file.state !== 'here') void attempt(engine().call('fetchFiles', { message: row.id }));
  else if (isPicture(file)) openPicture(row, file);
  else if (isSound(file)) void toggleVoice(row, file);
  else void saveFile(row, file);
}

/** What Enter does: what a message is there for, or else its menu. */
export function primary(row: MessageRow, actions: MessageActions): void {
  const file = row.files[0];
  const link = row.retracted ? undefined : links(row.text)[0];
  if (row.delivery === 'failed') openMenu(t('options'), messageMenu(row, actions));
  else if (file && !row.retracted) openFile(row, file);
  else if (link) void openLink(link.link);
  else openMenu(t('options'), messageMenu(row, actions));
}

export function messageMenu(row: MessageRow, actions: MessageActions): MenuItem[] {
  const items: MenuItem[] = [];
  const add = (label: string, icon: string, run: () => void, danger = false): void => {
    items.push({ label, icon, run, danger });
  };
  const file = row.files[0];
  if (row.retracted) {
    add(t('message.info'), 'info', () => details(row));
    return items;
  }
  if (row.delivery === 'failed') add(t('message.retry'), 'retry', () => actions.retry(row));
  if (!row.sealed) {
    add(t('message.reply'), 'reply', () => actions.reply(row));
    QUICK.slice(0, 1).forEach((emoji) => add(`${t('message.react')} ${emoji}`, 'emoji', () => actions.react(row, emoji)));
    add(`${t('message.react')}…`, 'emoji', () => void react(row, actions));
  }
  const reply = row.reply?.message;
  if (reply) add(t('message.original.show'), 'up', () => actions.jump(reply));
  links(row.text).forEach(({ link }) => add(`${t('message.link')}: ${link}`, 'link', () => void openLink(link)));
  if (row.text) add(t('message.copy'), 'copy', () => void copyText(row.text));
  if (file?.state === 'here') add(t('message.save'), 'fetch', () => void saveFile(row, file));
  if (row.outgoing && row.text && row.files.length === 0) add(t('message.edit'), 'edit', () => actions.edit(row));
  add(t('message.info'), 'info', () => details(row));
  if (row.outgoing) add(t('message.delete'), 'delete', () => void retract(row), true);
  return items;
}
