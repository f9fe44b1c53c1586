// When the devices of somebody are shown.

import { createRoot } from 'solid-js';
import { beforeEach, expect, test } from 'vitest';
import { useEngine } from '../src/app/world';
import type { Engine } from '../src/engine/engine';
import type { DeviceRow, DevicesSnapshot } from '../src/engine/protocol';
import { watchDevices } from '../src/screens/device-rows';

const snapshot = (...ids: number[]): DevicesSnapshot => ({
  account: 'one@here.example',
  jid: 'other@there.example',
  devices: ids.map((id) => ({ id, fingerprint: String(id) }) as DeviceRow),
});

let tell: (snapshot: DevicesSnapshot) => void;
let answer: { is: (snapshot: DevicesSnapshot) => void; fails: (error: Error) => void };

useEngine({
  devices: (_account, _jid, listener) => {
    tell = listener;
    return () => undefined;
  },
  call: () => new Promise<unknown>((is, fails) => (answer = { is, fails })),
} as Partial<Engine> as Engine);

/** What follows an answer has been done. */
const answered = (): Promise<void> => new Promise((done) => setTimeout(done));

let shown: () => number[] | null;

beforeEach(() => {
  const devices = createRoot(() => watchDevices('one@here.example', 'other@there.example'));
  shown = () => devices()?.map((row) => row.id) ?? null;
});

test('what was never seen is shown when it has been asked for', async () => {
  tell(snapshot());
  expect(shown()).toBeNull();
  answer.is(snapshot());
  await answered();
  expect(shown()).toEqual([]);
  tell(snapshot(1));
  expect(shown()).toEqual([1]);
});

test('what is known is shown at once, and what is new as well', async () => {
  tell(snapshot(1));
  expect(shown()).toEqual([1]);
  tell(snapshot(1, 2));
  answer.is(snapshot(1));
  await answered();
  expect(shown()).toEqual([1, 2]);
  tell(snapshot(2));
  expect(shown()).toEqual([2]);
});

test('who cannot be asked has none', async () => {
  tell(snapshot());
  answer.fails(new Error('no such account'));
  await answered();
  expect(shown()).toEqual([]);
});
