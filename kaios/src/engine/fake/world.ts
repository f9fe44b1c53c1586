// The state of the fake world: accounts, contacts and conversations.

import type { AccountRow, ChatRow, ContactRow, DeviceRow, MessageRow } from '../protocol';
import { AMINA, aminaRows } from './amina';
import { KAMAU, longRows } from './long';
import { PEOPLE } from './people';
import { chatRowOf, contactRow, ME, messageRow } from './row';
import { WORKSHOP, workshopRows } from './workshop';

export interface FakeChat {
  row: ChatRow;
  rows: MessageRow[];
  answers: string[];
  /** Messages are not encrypted. */
  open: boolean;
  typing: boolean;
}

export interface World {
  accounts: AccountRow[];
  contacts: ContactRow[];
  chats: Map<string, FakeChat>;
  devices: Map<string, DeviceRow[]>;
}

function key(seed: number): string {
  let digits = '';
  let value = seed * 2_654_435_761;
  while (digits.length < 64) {
    value ^= value << 13;
    value ^= value >>> 17;
    value ^= value << 5;
    digits += (value >>> 0).toString(16).padStart(8, '0');
  }
  return digits;
}

export function device(id: number, part: Partial<DeviceRow>): DeviceRow {
  return {
    id,
    version: 'omemo2',
    fingerprint: key(id),
    trust: 'blind',
    label: null,
    lastSeenMs: null,
    listed: true,
    this: false,
    ...part,
  };
}

/** Lets the row of the list follow the newest message. */
export function follow(chat: FakeChat): void {
  const last = chat.rows[chat.rows.length - 1];
  if (!last) return;
  const file = last.files[0];
  Object.assign(chat.row, {
    preview: last.retracted ? '' : last.text.replace(/\s+/g, ' ') || (file?.name ?? ''),
    file: file ? (file.mediaType ?? '') : null,
    outgoing: last.outgoing,
    delivery: last.delivery,
    encryption: last.encryption,
    timeMs: last.timeMs,
  });
}

export function newChat(world: World, jid: string): FakeChat {
  const known = world.chats.get(jid);
  if (known) return known;
  const name = world.contacts.find((row) => row.jid === jid)?.name ?? jid;
  const chat: FakeChat = { row: chatRowOf(jid, name), rows: [], answers: ['👍'], open: false, typing: false };
  world.chats.set(jid, chat);
  return chat;
}

function talk(world: World, now: number): void {
  for (const person of PEOPLE) {
    const { jid, name, availability, status = null } = person;
    const avatar = person.avatar ? `face ${jid}` : null;
    world.contacts.push(contactRow(jid, name, { availability, status, avatar }));
    const chat = newChat(world, jid);
    chat.open = person.open ?? false;
    chat.answers = person.answers;
    chat.rows = person.said.map((said) =>
      messageRow(jid, {
        outgoing: said.from === '>',
        text: said.text,
        timeMs: now - said.ago * 60_000,
        encryption: chat.open ? 'none' : 'omemo2',
        ...said.more,
      }),
    );
    follow(chat);
    const { unread = 0, pinned = false, muted = false, archived = false, draft = null } = person;
    Object.assign(chat.row, { unread, pinned, muted, archived, draft, avatar });
  }
}

/** The world as it is at the beginning. */
export function beginning(now: number, long = 5000): World {
  const world: World = {
    accounts: [{ account: ME, enabled: true, state: 'online', error: null, pushes: false }],
    contacts: [],
    chats: new Map(),
    devices: new Map(),
  };
  world.contacts.push(
    contactRow(AMINA, 'Amina Wanjiru', { availability: 'online', status: 'In the garden', avatar: `face ${AMINA}` }),
    contactRow(KAMAU, 'Kamau Njoroge', { availability: 'away' }),
    contactRow(WORKSHOP, 'Otieno, workshop', { availability: 'away' }),
    contactRow('zawadi@pwani.example', 'Zawadi', { subscription: 'none', requests: true }),
    contactRow('li@forets.example', 'Li Wei', { subscription: 'none', asked: true }),
    contactRow('spam@offers.example', 'Best offers', { subscription: 'none', blocked: true }),
  );
  const amina = newChat(world, AMINA);
  amina.rows = aminaRows(now);
  amina.answers = ['Sawa!', 'Asante sana 🙏', 'See you there.'];
  follow(amina);
  Object.assign(amina.row, { pinned: true, avatar: `face ${AMINA}` });
  const kamau = newChat(world, KAMAU);
  kamau.rows = longRows(now, long);
  kamau.answers = ['Sawa sawa', 'Thank you 🙏'];
  follow(kamau);
  const workshop = newChat(world, WORKSHOP);
  workshop.rows = workshopRows(now);
  follow(workshop);
  talk(world, now);
  world.devices.set(AMINA, [
    device(71, { trust: 'verified', label: 'Larimar, phone', lastSeenMs: now - 720_000 }),
    device(72, { trust: 'undecided', label: 'Dino, laptop', lastSeenMs: now - 90_000_000 }),
    device(73, { version: 'omemo', trust: 'blind', listed: false, lastSeenMs: now - 9_000_000_000 }),
  ]);
  world.devices.set(ME, [
    device(1, { trust: 'verified', label: 'Larimar, this browser', this: true }),
    device(2, { trust: 'verified', label: 'Larimar, Android', lastSeenMs: now - 3_600_000 }),
  ]);
  return world;
}
