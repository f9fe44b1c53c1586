// What the fake answers to each command.

import type { Command, Commands } from '../engine';
import type { EngineError, FileRow, MessageRow } from '../protocol';
import { accountCommands } from './account-commands';
import { contentOf, face } from './contents';
import type { FakeEngine } from './index';
import { leave, takeIn, travel } from './life';
import { fileRow, ME, messageRow, copied } from './row';
import { follow, newChat, type FakeChat } from './world';

export type Answers = {
  [K in Command]: (parameters: Commands[K][0]) => Commands[K][1] | Promise<Commands[K][1]>;
};

export function fail(error: EngineError): never {
  throw error;
}

function find(engine: FakeEngine, id: number): { chat: FakeChat; row: MessageRow } {
  for (const chat of engine.world.chats.values()) {
    const row = chat.rows.find((it) => it.id === id);
    if (row) return { chat, row };
  }
  return fail({ kind: 'noSuchMessage' });
}

type MessageCommand =
  | 'send'
  | 'sendFile'
  | 'file'
  | 'fetchFiles'
  | 'cancelFiles'
  | 'correct'
  | 'retract'
  | 'react'
  | 'retry'
  | 'typing'
  | 'markRead'
  | 'setDraft'
  | 'setChat'
  | 'removeChat'
  | 'search'
  | 'avatar';

function messageCommands(engine: FakeEngine): Pick<Answers, MessageCommand> {
  const touch = (chat: FakeChat): void => {
    follow(chat);
    engine.changed('chats', `chat ${chat.row.chat}`);
  };
  const change = (id: number, part: (row: MessageRow) => Partial<MessageRow>): void => {
    const { chat, row } = find(engine, id);
    Object.assign(row, part(row));
    touch(chat);
  };
  const add = (to: string, part: Partial<MessageRow>): number => {
    const chat = newChat(engine.world, to);
    const encryption = chat.open ? 'none' : 'omemo2';
    const row = messageRow(to, { outgoing: true, timeMs: Date.now(), delivery: 'queued', encryption, ...part });
    chat.rows.push(row);
    touch(chat);
    void leave(engine, row);
    return row.id;
  };
  return {
    send: ({ to, text, replyTo }) => {
      const answered = replyTo === null ? null : find(engine, replyTo).row;
      const reply = answered && {
        message: answered.id,
        preview: answered.text || (answered.files[0]?.name ?? ''),
        outgoing: answered.outgoing,
      };
      return add(to, { text, reply });
    },
    sendFile: async ({ to, blob, name, caption }) => {
      await takeIn();
      const file = fileRow({ name, mediaType: blob.type || null, size: blob.size, durationMs: 4000, moved: 0 });
      const id = add(to, { files: [file] });
      if (caption) add(to, { text: caption });
      return id;
    },
    file: ({ message, file }) => {
      const found = find(engine, message).row.files.find((it) => it.id === file);
      return found ? contentOf(found) : fail({ kind: 'fileUnreadable' });
    },
    fetchFiles: async ({ message }) => {
      const { chat, row } = find(engine, message);
      if (!engine.online) fail({ kind: 'offline' });
      const state = (it: FileRow['state']): void => {
        row.files.forEach((file) => (file.state = it));
        touch(chat);
      };
      state('coming');
      for (const file of row.files) await travel(engine, row, file);
      if (row.files.every((file) => file.state === 'coming')) state('here');
    },
    cancelFiles: ({ message }) => {
      const { chat, row } = find(engine, message);
      if (row.outgoing) Object.assign(row, { delivery: 'failed', error: 'FileRefused' });
      else row.files.forEach((file) => (file.state = 'remote'));
      touch(chat);
    },
    correct: ({ message, text }) => change(message, () => ({ text, edited: true })),
    retract: ({ message }) => change(message, () => ({ text: '', files: [], retracted: true, reactions: [], reply: null })),
    react: ({ message, emojis }) =>
      change(message, (row) => {
        const others = row.reactions.map((it) => ({ ...it, from: it.from.filter((jid) => jid !== ME) }));
        for (const emoji of emojis) {
          const known = others.find((it) => it.emoji === emoji);
          if (known) known.from.push(ME);
          else others.push({ emoji, from: [ME] });
        }
        return { reactions: others.filter((it) => it.from.length > 0) };
      }),
    retry: ({ message }) => {
      change(message, () => ({ delivery: 'queued', error: null }));
      void leave(engine, find(engine, message).row);
    },
    typing: () => undefined,
    markRead: ({ chat }) => {
      const known = engine.world.chats.get(chat);
      if (!known) return;
      known.row.unread = 0;
      engine.changed('chats');
    },
    setDraft: ({ chat, text }) => {
      const known = engine.world.chats.get(chat);
      if (!known || (known.row.draft ?? '') === text) return;
      known.row.draft = text || null;
      engine.changed('chats');
    },
    setChat: ({ chat, settings }) => {
      const { row } = newChat(engine.world, chat);
      if (settings.pinned !== null) row.pinned = settings.pinned;
      if (settings.archived !== null) row.archived = settings.archived;
      if (settings.encryption !== null) row.chosen = settings.encryption;
      if (settings.mutedUntilMs !== null) row.muted = settings.mutedUntilMs > Date.now();
      engine.changed('chats');
    },
    removeChat: ({ chat }) => {
      engine.world.chats.delete(chat);
      engine.changed('chats', `chat ${chat}`);
    },
    search: ({ query, limit }) => {
      const words = query.toLocaleLowerCase().split(/\s+/);
      const hits = Array.from(engine.world.chats.values()).flatMap((chat) =>
        chat.rows.filter((row) => words.every((word) => row.text.toLocaleLowerCase().includes(word))),
      );
      return hits
        .sort((a, b) => b.timeMs - a.timeMs)
        .slice(0, limit)
        .map(copied);
    },
    avatar: async ({ hash }) => ({ hash, mediaType: 'image/jpeg', bytes: await face(hash.length) }),
  };
}

const known = new WeakMap<FakeEngine, Answers>();

export async function answer<K extends Command>(
  engine: FakeEngine,
  cmd: K,
  parameters: Commands[K][0],
): Promise<Commands[K][1]> {
  let answers = known.get(engine);
  if (!answers) {
    answers = { ...messageCommands(engine), ...accountCommands(engine) };
    known.set(engine, answers);
  }
  return answers[cmd](parameters);
}
