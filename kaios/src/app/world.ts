// What the whole app knows of the engine: the accounts, the chat list, the contacts. Screens read it; events keep it fresh.

import { createMemo, createRoot } from 'solid-js';
import { createStore, produce, reconcile } from 'solid-js/store';
import type { Engine, Stop } from '../engine/engine';
import type { AccountRow, ChatRow, ContactRow, Event } from '../engine/protocol';

let current: Engine | null = null;

/** The engine. It is there before any screen is. */
export function engine(): Engine {
  if (!current) throw new Error('no engine yet');
  return current;
}

export function useEngine(chosen: Engine): void {
  current = chosen;
}

/** One that looks for its network again and again changes in its state alone: who reads no state is not told. */
const [known, setKnown] = createStore<{ accounts: AccountRow[] }>({ accounts: [] });
const [chats, setChats] = createStore<{ rows: ChatRow[]; loaded: boolean }>({ rows: [], loaded: false });
const [contacts, setContacts] = createStore<Record<string, ContactRow[]>>({});
const [syncing, setSyncing] = createStore<Record<string, boolean>>({});
const [transfers, setTransfers] = createStore<Record<number, { moved: number; total: number | null }>>({});

export { chats, transfers };

const watched = new Map<string, Stop>();

export const accounts = (): AccountRow[] => known.accounts;

const setAccounts = (rows: AccountRow[]): void => setKnown('accounts', reconcile(rows, { key: 'account' }));

export const account = (address: string): AccountRow | undefined => accounts().find((row) => row.account === address);

export const contactsOf = (address: string): ContactRow[] => contacts[address] ?? [];

export const contact = (address: string, jid: string): ContactRow | undefined =>
  contactsOf(address).find((row) => row.jid === jid);

const place = (address: string, jid: string): string => `${address} ${jid}`;

/** By account and chat: rows of messages ask for names while somebody scrolls, in a list that may be long. */
const chatsByPlace = createRoot(() => createMemo(() => new Map(chats.rows.map((row) => [place(row.account, row.chat), row]))));

export const chatRow = (address: string, jid: string): ChatRow | undefined => chatsByPlace().get(place(address, jid));

/** The name to show for somebody. */
export function nameOf(address: string, jid: string): string {
  return chatRow(address, jid)?.name ?? contact(address, jid)?.name ?? jid.split('@')[0] ?? jid;
}

export const isSyncing = (): boolean => accounts().some((row) => row.state === 'online' && syncing[row.account]);

interface Request {
  account: string;
  row: ContactRow;
}

const wishesOf = (address: string): Request[] =>
  contactsOf(address).filter((row) => row.requests && !row.blocked).map((row) => ({ account: address, row }));

/** Everybody who would like to be a contact. */
export const requests = createRoot(() => createMemo(() => accounts().flatMap((row) => wishesOf(row.account))));

/** Reads the accounts again. */
export async function refreshAccounts(): Promise<void> {
  const rows = await engine().call('accounts', {});
  setAccounts(rows);
  for (const { account: address } of rows) {
    if (watched.has(address)) continue;
    watched.set(
      address,
      engine().contacts(address, (snapshot) => setContacts(address, reconcile(snapshot.rows, { key: 'jid' }))),
    );
  }
  for (const [address, stop] of watched) {
    if (rows.some((row) => row.account === address)) continue;
    stop();
    watched.delete(address);
  }
}

function hear(event: Event): void {
  switch (event.kind) {
    case 'account':
      // One may be new here, and the event does not say everything.
      refreshAccounts().catch(() => undefined);
      break;
    case 'sync':
      setSyncing(event.account, !event.done);
      break;
    case 'transfer':
      if (event.total !== null && event.moved >= event.total) {
        setTransfers(produce((all) => delete all[event.file]));
      } else {
        setTransfers(event.file, { moved: event.moved, total: event.total });
      }
      break;
  }
}

/** What of an account is so when the app is opened again. */
export type Lasting = Omit<AccountRow, 'state' | 'error'>;

/** Shows what was seen last, until the engine tells what is so. */
export function showFirst(rows: ChatRow[], of: Lasting[]): void {
  setAccounts(of.map((row) => ({ ...row, state: row.enabled ? 'connecting' : 'offline', error: null })));
  setChats({ rows, loaded: true });
}

/** Begins to watch an engine that is open. */
export async function watch(): Promise<void> {
  engine().onEvent(hear);
  watched.clear();
  // First what is seen first.
  engine().chats(null, (snapshot) => {
    setChats('rows', reconcile(snapshot.rows, { key: 'id' }));
    setChats('loaded', true);
  });
  await refreshAccounts();
}
