// What the app knows of the engine, and who is told when it changes.

import { createEffect, createRoot } from 'solid-js';
import { expect, test } from 'vitest';
import { account, accounts, refreshAccounts, requests, useEngine } from '../src/app/world';
import type { Engine } from '../src/engine/engine';
import type { AccountRow, AccountState, ContactRow } from '../src/engine/protocol';

const ONE = 'one@here.example';
let rows: AccountRow[] = [];
const asks = { jid: 'other@there.example', requests: true, blocked: false } as ContactRow;

useEngine({
  call: () => Promise.resolve(rows.map((row) => ({ ...row }))),
  contacts: (address, listener) => {
    listener({ account: address, rows: address === ONE ? [asks] : [] });
    return () => undefined;
  },
} as Partial<Engine> as Engine);

async function become(...states: AccountState[]): Promise<void> {
  rows = states.map((state, at) => ({ account: at === 0 ? ONE : 'two@here.example', enabled: true, state, error: null, pushes: false }));
  await refreshAccounts();
}

test('an account whose state changes tells only those who read it', async () => {
  await become('connecting');
  const told: string[] = [];
  createRoot(() => {
    createEffect(() => told.push(account(ONE)?.state ?? 'none'));
    createEffect(() => told.push(`${String(accounts().length)} here`));
    createEffect(() => told.push(requests().map((wish) => `${wish.account} and ${wish.row.jid}`).join()));
  });
  expect(told.splice(0)).toEqual(['connecting', '1 here', 'one@here.example and other@there.example']);
  await become('offline');
  expect(told.splice(0)).toEqual(['offline']);
  await become('offline', 'online');
  expect(told.splice(0)).toContain('2 here');
  await become();
  expect(told.splice(0)).toEqual(expect.arrayContaining(['none', '0 here', '']));
});
