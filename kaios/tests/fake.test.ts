// The fake behaves as the engine does, as far as screens can tell.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { chatSettings, errorOf, plainSetup } from '../src/engine/engine';
import { FakeEngine } from '../src/engine/fake';
import { AMINA } from '../src/engine/fake/amina';
import { ME } from '../src/engine/fake/row';
import type { ChatsSnapshot, Event, TimelineSnapshot } from '../src/engine/protocol';

let engine: FakeEngine;
beforeEach(() => {
  vi.useFakeTimers();
  engine = new FakeEngine('', 300);
});
afterEach(() => vi.useRealTimers());

async function chats(): Promise<ChatsSnapshot> {
  let last: ChatsSnapshot = { rows: [] };
  const stop = engine.chats(null, (snapshot) => (last = snapshot));
  await vi.advanceTimersByTimeAsync(1);
  stop();
  return last;
}

describe('sending', () => {
  test('a message goes its way, is read, and is answered', async () => {
    const states: string[] = [];
    let last: TimelineSnapshot | undefined;
    const typing: boolean[] = [];
    engine.timeline(ME, AMINA, 50, (snapshot) => {
      last = snapshot;
      const own = snapshot.rows.find((row) => row.text === 'Asante');
      if (own && states[states.length - 1] !== own.delivery) states.push(own.delivery);
      typing.push(snapshot.typing);
    });
    const heard: Event[] = [];
    engine.onEvent((event) => heard.push(event));
    await engine.call('send', { account: ME, to: AMINA, text: 'Asante', replyTo: null });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(states).toEqual(['queued', 'sent', 'delivered', 'displayed']);
    expect(typing).toContain(true);
    expect(last?.rows[last.rows.length - 1]?.outgoing).toBe(false);
    expect(heard.some((event) => event.kind === 'notify')).toBe(true);
  });

  test('to an address that does not exist it fails, and can be tried again', async () => {
    const chat = 'wrong@old.example';
    const id = await engine.call('send', { account: ME, to: chat, text: 'Hello?', replyTo: null });
    await vi.advanceTimersByTimeAsync(2000);
    const row = (): unknown => engine.world.chats.get(chat)?.rows.find((it) => it.id === id);
    expect(row()).toMatchObject({ delivery: 'failed', error: 'NoSuchAddress' });
    await engine.call('retry', { message: id });
    expect(row()).toMatchObject({ delivery: 'queued', error: null });
  });

  test('offline, it waits', async () => {
    engine = new FakeEngine('offline', 10);
    const id = await engine.call('send', { account: ME, to: AMINA, text: 'Later', replyTo: null });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(engine.world.chats.get(AMINA)?.rows.find((row) => row.id === id)?.delivery).toBe('queued');
  });

  test('a file goes in pieces, and can be stopped', async () => {
    const moved: number[] = [];
    engine.onEvent((event) => event.kind === 'transfer' && moved.push(event.moved));
    const blob = new Blob(['x'.repeat(800)], { type: 'text/plain' });
    const send = { account: ME, to: AMINA, blob, name: 'a.txt', caption: null, asItIs: true, picture: null };
    const sent = engine.call('sendFile', send);
    await vi.advanceTimersByTimeAsync(800);
    const id = await sent;
    await vi.advanceTimersByTimeAsync(400);
    await engine.call('cancelFiles', { message: id });
    await vi.advanceTimersByTimeAsync(5000);
    expect(moved).toEqual([100, 200]);
    expect(engine.world.chats.get(AMINA)?.rows.find((row) => row.id === id)?.delivery).toBe('failed');
  });
});

describe('views', () => {
  test('the pinned chat is first, the rest by time; reading a chat clears its number', async () => {
    const { rows } = await chats();
    expect(rows[0]?.chat).toBe(AMINA);
    const times = rows.slice(1).map((row) => row.timeMs);
    expect(times).toEqual(times.slice().sort((a, b) => b - a));
    const unread = rows.find((row) => row.unread > 0 && !row.muted);
    await engine.call('markRead', { account: ME, chat: unread?.chat ?? '' });
    expect((await chats()).rows.find((row) => row.chat === unread?.chat)?.unread).toBe(0);
  });

  test('a conversation shows its newest rows, and older ones when asked', async () => {
    let last: TimelineSnapshot | undefined;
    const watched = engine.timeline(ME, 'kamau@barua.example', 60, (snapshot) => (last = snapshot));
    await vi.advanceTimersByTimeAsync(1);
    expect(last?.rows).toHaveLength(60);
    expect(last?.complete).toBe(false);
    const older = watched.loadOlder(1000);
    await vi.advanceTimersByTimeAsync(1000);
    await older;
    expect(last?.rows).toHaveLength(300);
    expect(last?.complete).toBe(true);
  });

  test('rows are copies: whoever changes them changes nothing here', async () => {
    let row: TimelineSnapshot['rows'][0] | undefined;
    engine.timeline(ME, AMINA, 50, (snapshot) => (row = snapshot.rows[0]));
    await vi.advanceTimersByTimeAsync(1);
    if (row) row.text = 'changed';
    expect(engine.world.chats.get(AMINA)?.rows[0]?.text).not.toBe('changed');
  });

  test('a subscription that ended is silent', async () => {
    let count = 0;
    const stop = engine.chats(null, () => (count += 1));
    await vi.advanceTimersByTimeAsync(1);
    stop();
    await engine.call('setChat', { account: ME, chat: AMINA, settings: chatSettings({ pinned: false }) });
    await vi.advanceTimersByTimeAsync(10);
    expect(count).toBe(1);
  });
});

describe('what can go wrong', () => {
  const failing = (work: Promise<unknown>): Promise<unknown> => work.then(() => null, errorOf);

  test('opening fails as it is asked to, and can be taken over', async () => {
    const other = new FakeEngine('storeInUse', 1);
    expect(await failing(other.open(false))).toEqual({ kind: 'storeInUse' });
    expect(await failing(other.open(true))).toBeNull();
  });

  test('signing in tells what is wrong', async () => {
    const states: Event[] = [];
    engine.onEvent((event) => states.push(event));
    await engine.call('addAccount', { setup: plainSetup('a@nowhere.example', 'x') });
    await engine.call('addAccount', { setup: plainSetup('b@larimar.example', 'wrong') });
    await vi.advanceTimersByTimeAsync(1000);
    const errors = states.flatMap((event) => (event.kind === 'account' && event.error ? [event.error.kind] : []));
    expect(errors).toEqual(['serverNotFound', 'wrongPassword']);
    expect(await failing(engine.call('addAccount', { setup: plainSetup('nobody', 'x') }))).toEqual({ kind: 'badAddress' });
  });

  test('a name that is taken is refused', async () => {
    await engine.call('registrationForm', { setup: plainSetup('free.example', ''), token: null });
    const answers = { username: ['taken'], password: ['long enough'] };
    expect(await failing(engine.call('answerForm', { form: 1, answers }))).toEqual({ kind: 'nameTaken' });
  });
});
