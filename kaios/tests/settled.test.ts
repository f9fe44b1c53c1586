// How long the page of signing in waits, and for whom.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Event } from '../src/engine/protocol';
import { settled } from '../src/screens/settled';

let listeners = new Set<(event: Event) => void>();

vi.mock('../src/app/world', () => ({
  engine: () => ({
    onEvent: (listener: (event: Event) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  }),
}));

const say = (part: object): void => listeners.forEach((tell) => tell({ kind: 'account', error: null, ...part } as Event));

let outcome: unknown;

beforeEach(() => {
  vi.useFakeTimers();
  listeners = new Set();
  outcome = 'none';
  void settled('anna@one.test').then((it) => (outcome = it));
});

afterEach(() => vi.useRealTimers());

test('a slow phone has the time that it needs, and another account says nothing of this one', async () => {
  say({ account: 'anna@one.test', state: 'connecting' });
  say({ account: 'other@one.test', state: 'online' });
  await vi.advanceTimersByTimeAsync(100_000);
  expect(outcome).toBe('none');
  say({ account: 'anna@one.test', state: 'online' });
  await vi.advanceTimersByTimeAsync(0);
  expect(outcome).toBeNull();
  expect(listeners.size).toBe(0);
});

test('what is wrong is told at once, and silence in the end', async () => {
  say({ account: 'anna@one.test', state: 'stopped', error: { kind: 'wrongPassword' } });
  await vi.advanceTimersByTimeAsync(0);
  expect(outcome).toEqual({ kind: 'wrongPassword' });
  void settled('anna@one.test').then((it) => (outcome = it));
  await vi.advanceTimersByTimeAsync(200_000);
  expect(outcome).toEqual({ kind: 'timedOut' });
});
