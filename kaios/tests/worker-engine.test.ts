// The real engine's side of the messages, against a worker that does nothing by itself.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { plainSetup } from '../src/engine/engine';
import type { EngineError, Event, TimelineSnapshot } from '../src/engine/protocol';
import { WorkerEngine } from '../src/engine/worker-engine';

type Message = Record<string, unknown>;

class StillWorker {
  static latest: StillWorker;
  readonly sent: Message[] = [];
  terminated = false;
  onmessage: ((message: { data: Message }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly address: string) {
    StillWorker.latest = this;
  }

  postMessage(message: Message): void {
    this.sent.push(message);
  }

  terminate(): void {
    this.terminated = true;
  }

  say(data: Message): void {
    this.onmessage?.({ data });
  }
}

let engine: WorkerEngine;
let worker: StillWorker;
beforeEach(() => {
  vi.stubGlobal('Worker', StillWorker);
  engine = new WorkerEngine();
  worker = StillWorker.latest;
});
afterEach(() => vi.unstubAllGlobals());

async function opened(): Promise<void> {
  const opening = engine.open(false, 500);
  worker.say({ id: 1, ok: null });
  await opening;
}

test('a command is sent flat, and each answer goes to whoever asked', async () => {
  const setup = plainSetup('a@b.example', 'secret');
  const add = engine.call('addAccount', { setup });
  const stats = engine.call('stats', {});
  expect(worker.address).toBe('engine/worker.js');
  expect(worker.sent).toEqual([
    { id: 1, cmd: 'addAccount', setup },
    { id: 2, cmd: 'stats' },
  ]);
  worker.say({ id: 2, ok: { messages: 3 } });
  worker.say({ id: 1, error: { kind: 'accountExists' } });
  expect(await stats).toEqual({ messages: 3 });
  await expect(add).rejects.toEqual({ kind: 'accountExists' });
});

test('a view gets its snapshots until it is stopped', () => {
  const seen: unknown[] = [];
  const watched = engine.timeline('me', 'you', 60, (snapshot) => seen.push(snapshot));
  expect(worker.sent[0]).toEqual({ id: 1, cmd: 'subscribeTimeline', account: 'me', chat: 'you', window: 60, view: 1 });
  worker.say({ view: 1, snapshot: { rows: [] } });
  worker.say({ view: 9, snapshot: { rows: [] } });
  void watched.loadOlder(100);
  expect(worker.sent[1]).toEqual({ id: 2, cmd: 'loadOlder', view: 1, rows: 100 });
  watched.stop();
  watched.stop();
  worker.say({ view: 1, snapshot: { rows: [] } });
  expect(seen).toHaveLength(1);
  expect(worker.sent.slice(2)).toEqual([{ id: 3, cmd: 'unsubscribe', view: 1 }]);
});

test('events reach whoever listens', () => {
  const heard: Event[] = [];
  const stop = engine.onEvent((event) => heard.push(event));
  worker.say({ event: { kind: 'sync', account: 'me', done: true, page: 1 } });
  stop();
  worker.say({ event: { kind: 'sync', account: 'me', done: true, page: 2 } });
  expect(heard).toHaveLength(1);
});

test('when the worker dies, nobody waits for ever, and the app is told once', async () => {
  await opened();
  const ends: EngineError[] = [];
  engine.onEnded((error) => ends.push(error));
  const waiting = engine.call('stats', {});
  worker.onerror?.();
  worker.onerror?.();
  await expect(waiting).rejects.toEqual({ kind: 'closed' });
  await expect(engine.call('stats', {})).rejects.toEqual({ kind: 'closed' });
  expect(ends).toEqual([{ kind: 'closed' }]);
  expect(worker.terminated).toBe(true);
});

test('when another tab takes the store over, the app is told that', async () => {
  await opened();
  const ends: EngineError[] = [];
  engine.onEnded((error) => ends.push(error));
  const asked = engine.call('accounts', {});
  worker.say({ id: 2, error: { kind: 'storeInUse' } });
  await expect(asked).rejects.toEqual({ kind: 'storeInUse' });
  expect(ends).toEqual([{ kind: 'storeInUse' }]);
});

test('a store that is in use at the beginning is an answer, not an end', async () => {
  const ends: EngineError[] = [];
  engine.onEnded((error) => ends.push(error));
  const opening = engine.open(false, 0);
  worker.say({ id: 1, error: { kind: 'storeInUse' } });
  await expect(opening).rejects.toEqual({ kind: 'storeInUse' });
  expect(ends).toEqual([]);
  expect(worker.terminated).toBe(false);
});

test('a row of a conversation is told once, and stays the same object until it changes', () => {
  const seen: TimelineSnapshot[] = [];
  const watched = engine.timeline('me', 'you', 60, (snapshot) => seen.push(snapshot));
  const tell = (ids: number[], rows: object[]): TimelineSnapshot => {
    worker.say({ view: 1, snapshot: { complete: false, rows }, ids: Float64Array.from(ids) });
    return seen[seen.length - 1] as TimelineSnapshot;
  };
  const first = tell([7, 3], [{ id: 7, text: 'older' }, { id: 3, text: 'newer' }]);
  const second = tell([9, 7, 3], [{ id: 9, text: 'oldest' }, { id: 7, text: 'corrected' }]);
  expect(second.rows.map((row) => row.text)).toEqual(['oldest', 'corrected', 'newer']);
  expect(second.rows[2]).toBe(first.rows[1]);
  // Of rows that change places, all but the first are told again.
  const third = tell([3, 9, 7], [{ id: 9, text: 'oldest' }, { id: 7, text: 'corrected again' }]);
  expect(third.rows.map((row) => row.text)).toEqual(['newer', 'oldest', 'corrected again']);
  expect(third.rows[0]).toBe(first.rows[1]);
  expect(tell([3], []).rows).toEqual([{ id: 3, text: 'newer' }]);
  watched.stop();
  tell([3], []);
  expect(seen).toHaveLength(4);
});
