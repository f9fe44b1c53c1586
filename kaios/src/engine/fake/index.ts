// A hand-written stand-in for the engine, with a lively world: for development, pictures and tests. It never ships.

import type { Command, Commands, Engine, Stop, Timeline } from '../engine';
import type {
  ChatsSnapshot,
  ContactsSnapshot,
  DevicesSnapshot,
  EngineError,
  Event,
  TimelineSnapshot,
} from '../protocol';
import { answer } from './commands';
import { copied, ME } from './row';
import { beginning, type World } from './world';

interface View {
  /** Which part of the world it shows: "chats", "contacts", "devices jid" or "chat jid". */
  of: string;
  draw: () => void;
}

/** The kinds of beginning that can be asked for behind `?fake=`. */
const ERRORS: Record<string, EngineError> = {
  storeInUse: { kind: 'storeInUse' },
  storeDamaged: { kind: 'storeDamaged', detail: 'database disk image is malformed' },
  storeTooNew: { kind: 'storeTooNew' },
  storageFull: { kind: 'storageFull' },
  storeUnusable: { kind: 'storeUnusable', detail: 'no indexedDB' },
};

/** Another account of the same person. */
const SECOND = 'mara@work.example';

export class FakeEngine implements Engine {
  readonly world: World;
  private readonly views = new Set<View>();
  private readonly listeners = new Set<(event: Event) => void>();
  private readonly mourners = new Set<(error: EngineError) => void>();
  private readonly stale = new Set<View>();

  /** `kind`: "" for the usual world, "new" without an account, "two" with two, "offline", "failed", or the name of an error of opening. */
  constructor(
    private readonly kind = '',
    long = 5000,
  ) {
    this.world = beginning(Date.now(), long);
    const own = this.world.accounts[0];
    if (kind === 'new' || kind === 'empty') {
      this.world.chats.clear();
      this.world.contacts = [];
    }
    if (kind === 'new') this.world.accounts = [];
    if (kind === 'two') this.world.accounts.push({ account: SECOND, enabled: true, state: 'online', error: null, pushes: true });
    if (kind === 'offline' && own) own.state = 'offline';
    if (kind === 'failed' && own) Object.assign(own, { state: 'failed', error: { kind: 'wrongPassword' } });
  }

  open(takeOver: boolean): Promise<void> {
    // Whoever takes pictures lets things happen by it.
    Object.assign(globalThis, { fake: this });
    const error = takeOver ? undefined : ERRORS[this.kind];
    return error ? Promise.reject<void>(error) : Promise.resolve();
  }

  call<K extends Command>(cmd: K, parameters: Commands[K][0]): Promise<Commands[K][1]> {
    return answer(this, cmd, parameters);
  }

  onEvent(listener: (event: Event) => void): Stop {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  onEnded(listener: (error: EngineError) => void): Stop {
    this.mourners.add(listener);
    return () => this.mourners.delete(listener);
  }

  /** It never ends by itself: whoever takes pictures ends it. */
  end(error: EngineError): void {
    this.mourners.forEach((mourner) => mourner(error));
  }

  quit(): void {
    this.views.clear();
    this.listeners.clear();
    this.mourners.clear();
  }

  tell(event: Event): void {
    this.listeners.forEach((listener) => listener(event));
  }

  get online(): boolean {
    return this.world.accounts[0]?.state === 'online';
  }

  /** Something changed: whoever shows it is told, once for everything that changes now. */
  changed(...parts: string[]): void {
    for (const view of this.views) {
      if (!parts.includes(view.of)) continue;
      if (this.stale.size === 0) setTimeout(() => this.flush());
      this.stale.add(view);
    }
  }

  private flush(): void {
    const views = Array.from(this.stale);
    this.stale.clear();
    views.filter((view) => this.views.has(view)).forEach((view) => view.draw());
  }

  private view(of: string, draw: () => void): Stop {
    const view = { of, draw };
    this.views.add(view);
    this.changed(of);
    return () => this.views.delete(view);
  }

  chats(_account: string | null, listener: (snapshot: ChatsSnapshot) => void): Stop {
    return this.view('chats', () => {
      const rows = Array.from(this.world.chats.values(), (chat) => ({ ...chat.row }));
      rows.sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.timeMs - a.timeMs);
      listener({ rows });
    });
  }

  contacts(account: string, listener: (snapshot: ContactsSnapshot) => void): Stop {
    return this.view('contacts', () => {
      const rows = this.world.contacts.map((row) => ({ ...row })).sort((a, b) => a.name.localeCompare(b.name));
      listener({ account, rows: account === ME ? rows : [] });
    });
  }

  devices(account: string, jid: string, listener: (snapshot: DevicesSnapshot) => void): Stop {
    return this.view(`devices ${jid}`, () => {
      listener({ account, jid, devices: (this.world.devices.get(jid) ?? []).map((row) => ({ ...row })) });
    });
  }

  timeline(account: string, chat: string, rows: number, listener: (snapshot: TimelineSnapshot) => void): Timeline {
    let shown = rows;
    let loading = false;
    const of = `chat ${chat}`;
    const stop = this.view(of, () => {
      const known = this.world.chats.get(chat);
      const all = known?.rows ?? [];
      listener({
        account,
        chat,
        rows: all.slice(Math.max(0, all.length - shown)).map(copied),
        complete: shown >= all.length,
        loading,
        typing: known?.typing ?? false,
      });
    });
    const loadOlder = (more: number): Promise<void> =>
      new Promise((resolve) => {
        loading = true;
        this.changed(of);
        setTimeout(() => {
          loading = false;
          shown += more;
          this.changed(of);
          resolve();
        }, 60);
      });
    return { stop, loadOlder };
  }
}
