// What is seen first when the app is opened: the list as it was last.

import { createRoot } from 'solid-js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { firstSeen, followFirst } from '../src/app/first';
import { showFirst } from '../src/app/world';
import type { AccountRow, ChatRow } from '../src/engine/protocol';

const account: AccountRow = { account: 'a@b.example', enabled: true, state: 'online', error: null, pushes: false };
const row = (id: number, archived = false): ChatRow => ({
  id,
  account: account.account,
  chat: `${String(id)}@b.example`,
  name: 'Somebody',
  preview: 'hello',
  file: null,
  outgoing: false,
  delivery: 'sent',
  encryption: 'omemo2',
  timeMs: id,
  unread: 0,
  draft: null,
  muted: false,
  archived,
  pinned: false,
  avatar: null,
  chosen: 'automatic',
});

let kept: Map<string, string>;
beforeEach(() => {
  kept = new Map();
  vi.useFakeTimers();
  vi.stubGlobal('addEventListener', vi.fn());
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('the list that is seen is kept, and nothing of it once there is no account', async () => {
  expect(firstSeen()).toBeNull();
  showFirst([row(0, true), ...Array.from({ length: 30 }, (_, at) => row(at + 1))], [account]);
  createRoot(followFirst);
  await Promise.resolve();
  vi.advanceTimersByTime(1000);
  expect(firstSeen()?.rows.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  expect(firstSeen()?.accounts.map((it) => it.account)).toEqual(['a@b.example']);
  showFirst([], []);
  expect(firstSeen()).toBeNull();
});

test('what cannot be read is nothing', () => {
  kept.set('larimar.first', '{');
  expect(firstSeen()).toBeNull();
});
