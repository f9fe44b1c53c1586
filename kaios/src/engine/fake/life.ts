// What happens by itself in the fake world: messages go their way, people read, type and answer.

import type { FileRow, MessageRow } from '../protocol';
import type { FakeEngine } from './index';
import { messageRow } from './row';
import { follow, newChat, type FakeChat } from './world';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function touch(engine: FakeEngine, chat: FakeChat): void {
  follow(chat);
  engine.changed('chats', `chat ${chat.row.chat}`);
}

/** A file of ours is read and kept before it is a message, in the time that a phone takes. */
export const takeIn = (): Promise<void> => wait(800);

/** A message of ours goes its way. */
export async function leave(engine: FakeEngine, row: MessageRow): Promise<void> {
  const chat = newChat(engine.world, row.chat);
  const set = (part: Partial<MessageRow>): void => {
    Object.assign(row, part);
    touch(engine, chat);
  };
  if (!engine.online) return;
  await upload(engine, row);
  if (row.delivery === 'failed') return;
  await wait(120);
  if (row.chat.endsWith('@old.example')) {
    set({ delivery: 'failed', error: 'NoSuchAddress' });
    return;
  }
  set({ delivery: 'sent' });
  await wait(350);
  set({ delivery: 'delivered' });
  await wait(700);
  set({ delivery: 'displayed' });
  await reply(engine, chat, row);
}

/** The files of a message go up, piece by piece. */
async function upload(engine: FakeEngine, row: MessageRow): Promise<void> {
  for (const file of row.files) {
    await travel(engine, row, file);
    if (row.delivery === 'failed') return;
    file.moved = null;
  }
}

/** A file is on its way for a second or two. */
export async function travel(engine: FakeEngine, row: MessageRow, file: FileRow): Promise<void> {
  const total = file.size ?? 100_000;
  for (let step = 1; step <= 8; step += 1) {
    await wait(160);
    if (row.delivery === 'failed' || (file.state !== 'here' && file.state !== 'coming')) return;
    file.moved = Math.round((total * step) / 8);
    engine.tell({ kind: 'transfer', account: row.account, message: row.id, file: file.id, moved: file.moved, total });
  }
}

/** Somebody types, and answers. */
async function reply(engine: FakeEngine, chat: FakeChat, to: MessageRow): Promise<void> {
  const jid = chat.row.chat;
  const echo = jid.startsWith('echo@');
  const text = echo ? to.text || '👍' : chat.answers[to.id % Math.max(1, chat.answers.length)];
  if (text === undefined) return;
  await wait(400);
  chat.typing = true;
  engine.changed(`chat ${jid}`);
  await wait(1100);
  chat.typing = false;
  receive(engine, chat, { text, encryption: chat.open ? 'none' : 'omemo2' });
}

/** A message arrives. */
export function receive(engine: FakeEngine, chat: FakeChat, part: Partial<MessageRow>): void {
  const row = messageRow(chat.row.chat, { timeMs: Date.now(), ...part });
  chat.rows.push(row);
  chat.row.unread += 1;
  chat.row.archived = false;
  touch(engine, chat);
  if (!chat.row.muted) engine.tell({ kind: 'notify', account: row.account, chat: row.chat, message: row.id });
}
