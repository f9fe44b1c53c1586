// An address as people type it.

import { expect, test, vi } from 'vitest';
import { errorOf } from '../src/engine/engine';
import { addressOf } from '../src/screens/address';

const answers: Record<string, () => unknown> = {
  'Anna@One.test': () => ({ address: 'anna@one.test', action: { kind: 'address' }, keys: 0 }),
  'no address': () => Promise.reject(Object.assign(new Error(), { kind: 'badValue', field: 'uri' })),
  'while it ends': () => Promise.reject(Object.assign(new Error(), { kind: 'closed' })),
};

vi.mock('../src/app/world', () => ({
  engine: () => ({ call: (_: string, { text }: { text: string }) => Promise.resolve(answers[text]?.()) }),
}));

const wrong = (typed: string): Promise<unknown> => addressOf(typed).then(() => null, (thrown) => errorOf(thrown).kind);

test('it is written as the engine writes it', async () => {
  expect(await addressOf('Anna@One.test')).toBe('anna@one.test');
});

test('what is none is said to be no address, and all else is said as it is', async () => {
  expect(await wrong('no address')).toBe('badAddress');
  expect(await wrong('while it ends')).toBe('closed');
});
