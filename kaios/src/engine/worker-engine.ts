// The real engine: it lives in a worker, and everything crosses as a message.

import { beginWorker } from './early';
import type { Command, Commands, Engine, Stop, Timeline } from './engine';
import type {
  ChatsSnapshot,
  ContactsSnapshot,
  DevicesSnapshot,
  EngineError,
  Event,
  MessageRow,
  TimelineSnapshot,
} from './protocol';

type Snapshot = ChatsSnapshot | ContactsSnapshot | DevicesSnapshot | TimelineSnapshot;

type FromWorker =
  | { id: number; ok: unknown }
  | { id: number; error: EngineError }
  | { event: Event }
  | { ended: EngineError }
  // A conversation: its snapshot has the rows that are fresh, and beside it are the ids of all.
  | { view: number; snapshot: TimelineSnapshot; ids: Float64Array }
  | { view: number; snapshot: Snapshot };

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: EngineError) => void;
}

export class WorkerEngine implements Engine {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private readonly views = new Map<number, (snapshot: never) => void>();
  /** The rows of conversations as they were told last, by view. A row stays the same object until it changes. */
  private readonly rows = new Map<number, MessageRow[]>();
  private readonly listeners = new Set<(event: Event) => void>();
  private readonly mourners = new Set<(error: EngineError) => void>();
  private lastId = 0;
  private lastView = 0;
  private opened = false;
  private ended = false;

  constructor() {
    this.worker = beginWorker();
    this.worker.onmessage = (message: MessageEvent<FromWorker>) => this.receive(message.data);
    this.worker.onerror = () => this.end({ kind: 'closed' });
    this.worker.onmessageerror = () => this.end({ kind: 'closed' });
  }

  async open(takeOver: boolean, limit: number): Promise<void> {
    await this.ask<void>({ cmd: 'open', takeOver, limit });
    this.opened = true;
  }

  call<K extends Command>(cmd: K, parameters: Commands[K][0]): Promise<Commands[K][1]> {
    return this.ask<Commands[K][1]>({ cmd, ...parameters });
  }

  onEvent(listener: (event: Event) => void): Stop {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  onEnded(listener: (error: EngineError) => void): Stop {
    this.mourners.add(listener);
    return () => this.mourners.delete(listener);
  }

  quit(): void {
    this.mourners.clear();
    this.end({ kind: 'closed' });
  }

  chats(account: string | null, listener: (snapshot: ChatsSnapshot) => void): Stop {
    return this.watch({ cmd: 'subscribeChats', account }, listener).stop;
  }

  contacts(account: string, listener: (snapshot: ContactsSnapshot) => void): Stop {
    return this.watch({ cmd: 'subscribeContacts', account }, listener).stop;
  }

  devices(account: string, jid: string, listener: (snapshot: DevicesSnapshot) => void): Stop {
    return this.watch({ cmd: 'subscribeDevices', account, jid }, listener).stop;
  }

  timeline(account: string, chat: string, rows: number, listener: (snapshot: TimelineSnapshot) => void): Timeline {
    const { view, stop } = this.watch({ cmd: 'subscribeTimeline', account, chat, window: rows }, listener);
    return { stop, loadOlder: (more) => this.ask<void>({ cmd: 'loadOlder', view, rows: more }) };
  }

  private watch<S extends Snapshot>(
    command: { cmd: string; [name: string]: unknown },
    listener: (snapshot: S) => void,
  ): { view: number; stop: Stop } {
    const view = ++this.lastView;
    this.views.set(view, listener);
    // A view that could not be made shows nothing; the engine tells of its troubles by itself.
    this.ask<void>({ ...command, view }).catch(() => this.views.delete(view));
    const stop = (): void => {
      if (!this.views.delete(view)) return;
      this.rows.delete(view);
      this.ask<void>({ cmd: 'unsubscribe', view }).catch(() => undefined);
    };
    return { view, stop };
  }

  private ask<T>(command: { cmd: string; [name: string]: unknown }): Promise<T> {
    if (this.ended) return Promise.reject<T>({ kind: 'closed' } satisfies EngineError);
    const id = ++this.lastId;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve, reject });
      this.worker.postMessage({ id, ...command });
    });
  }

  private receive(message: FromWorker): void {
    if ('ended' in message) {
      this.end(message.ended);
    } else if ('event' in message) {
      this.listeners.forEach((listener) => listener(message.event));
    } else if ('view' in message) {
      const listener = this.views.get(message.view);
      listener?.(('ids' in message ? this.whole(message.view, message.snapshot, message.ids) : message.snapshot) as never);
    } else {
      const waiting = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if ('error' in message) {
        waiting?.reject(message.error);
        const { kind } = message.error;
        if (this.opened && (kind === 'closed' || kind === 'storeInUse')) this.end(message.error);
      } else {
        waiting?.resolve(message.ok as never);
      }
    }
  }

  /**
   * A conversation with all of its rows: the fresh ones and those of before, each in the order of the ids. Nothing is looked up, for there
   * are thousands, and they come while somebody scrolls.
   */
  private whole(view: number, snapshot: TimelineSnapshot, ids: Float64Array): TimelineSnapshot {
    const before = this.rows.get(view) ?? [];
    const fresh = snapshot.rows;
    const rows: MessageRow[] = [];
    let told = 0;
    let next = 0;
    for (const id of ids) {
      let row = fresh[next];
      if (row?.id === id) {
        next += 1;
      } else {
        // Those between are gone, or are fresh.
        while (told < before.length && before[told]?.id !== id) told += 1;
        row = before[told];
        told += 1;
      }
      if (row) rows.push(row);
    }
    this.rows.set(view, rows);
    return { ...snapshot, rows };
  }

  /** The worker is gone: nobody is to wait for it. */
  private end(error: EngineError): void {
    if (this.ended) return;
    this.ended = true;
    this.worker.terminate();
    this.waiting.forEach((waiting) => waiting.reject(error));
    this.waiting.clear();
    this.views.clear();
    this.rows.clear();
    if (this.opened) this.mourners.forEach((mourner) => mourner(error));
  }
}
