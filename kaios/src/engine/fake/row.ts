// Makes rows for the fake world: what is not said is as it usually is.

import type { ChatRow, ContactRow, FileRow, MessageRow } from '../protocol';

export const ME = 'mara@larimar.example';

let lastId = 0;
export const nextId = (): number => ++lastId;

export function messageRow(chat: string, part: Partial<MessageRow>): MessageRow {
  const outgoing = part.outgoing ?? false;
  return {
    id: nextId(),
    account: ME,
    chat,
    from: outgoing ? ME : chat,
    outgoing,
    text: '',
    action: false,
    spans: [],
    timeMs: 0,
    encryption: 'omemo2',
    trust: outgoing ? null : 'blind',
    device: 1,
    sealed: null,
    files: [],
    delivery: outgoing ? 'displayed' : 'delivered',
    error: null,
    reply: null,
    edited: false,
    retracted: false,
    reactions: [],
    gapBefore: false,
    ...part,
  };
}

export function fileRow(part: Partial<FileRow>): FileRow {
  return {
    id: nextId(),
    name: 'file',
    mediaType: null,
    size: null,
    width: null,
    height: null,
    durationMs: null,
    description: null,
    blurhash: null,
    preview: null,
    state: 'here',
    error: null,
    path: null,
    moved: null,
    ...part,
  };
}

export function chatRowOf(chat: string, name: string): ChatRow {
  return {
    id: nextId(),
    account: ME,
    chat,
    name,
    preview: '',
    file: null,
    outgoing: false,
    delivery: 'delivered',
    encryption: 'none',
    timeMs: 0,
    unread: 0,
    draft: null,
    muted: false,
    archived: false,
    pinned: false,
    avatar: null,
    chosen: 'automatic',
  };
}

export function contactRow(jid: string, name: string, part: Partial<ContactRow> = {}): ContactRow {
  return {
    jid,
    name,
    subscription: 'both',
    asked: false,
    requests: false,
    blocked: false,
    groups: [],
    availability: 'offline',
    status: null,
    avatar: null,
    ...part,
  };
}

/** A copy, as a message to another thread would be. */
export function copied(row: MessageRow): MessageRow {
  return {
    ...row,
    spans: row.spans.map((span) => ({ ...span })),
    files: row.files.map((file) => ({ ...file })),
    reply: row.reply && { ...row.reply },
    reactions: row.reactions.map((reaction) => ({ ...reaction, from: [...reaction.from] })),
  };
}
