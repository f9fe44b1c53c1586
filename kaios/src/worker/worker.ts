// The engine's worker: it opens the disk, starts the core, and passes the page's requests on.

import { Disk, setAside } from './disk';
import { Files } from './files';
import { take } from './lease';

interface Larimar {
  request(id: number, request: string | object, blob: Blob | undefined): void;
}

/** What wasm-bindgen makes of the core. */
declare const wasm_bindgen: {
  (options: { module_or_path: string | Uint8Array }): Promise<unknown>;
  Larimar: {
    open(
      pages: Uint8Array[],
      beside: [string, Uint8Array][],
      disk: Disk,
      files: Files,
      limit: number,
      page: (told: unknown) => void,
      ended: (error: object) => void,
    ): Larimar;
  };
};

/** A classic worker's way to load a script. */
declare function importScripts(url: string): void;

type Request = { id: number; cmd: string; blob?: Blob; [name: string]: unknown };

/** The core is loaded while the page is still made. */
importScripts('larimar.js');
const core = wasm_bindgen({ module_or_path: __CORE__ });
// Whoever opens it is told what was wrong.
core.catch(() => undefined);

let engine: Larimar | null = null;
/** The store as it is opened: what is asked meanwhile waits for it. */
let opening: Promise<void> | null = null;
/** Why there is no engine any more. */
let ended: object | null = null;

self.onmessage = (message: MessageEvent<Request>) => {
  const { id, blob, cmd, ...fields } = message.data;
  const answer = (done: Promise<void>): void => {
    done.then(
      () => self.postMessage({ id, ok: null }),
      (error: unknown) => self.postMessage({ id, error: described(error) }),
    );
  };
  const ask = (): void => {
    if (engine !== null && ended === null) {
      engine.request(id, Object.keys(fields).length > 0 ? { [cmd]: fields } : cmd, blob);
    } else {
      self.postMessage({ id, error: ended ?? { kind: 'closed' } });
    }
  };
  if (cmd === 'open') {
    opening = open(fields.takeOver === true, Number(fields.limit ?? 0));
    answer(opening);
  } else if (cmd === 'setAside' && engine === null) {
    answer(setAside());
  } else if (engine === null && opening !== null) {
    opening.then(ask, ask);
  } else {
    ask();
  }
};

async function open(takeOver: boolean, limit: number): Promise<void> {
  const isOurs = await take(takeOver, () => end({ kind: 'storeInUse' }));
  if (!isOurs) throw { kind: 'storeInUse' };
  const [[disk, kept]] = await Promise.all([Disk.open(), core]);
  const tell = (told: unknown): void => self.postMessage(told);
  engine = wasm_bindgen.Larimar.open(kept.pages, kept.beside, disk, new Files(disk), limit, tell, end);
}

/** Nothing is told any more: the page hears why, and begins anew when it can. */
function end(error: object): void {
  if (ended !== null) return;
  ended = error;
  self.postMessage({ ended: error });
}

/** What people are told of what a browser throws. */
function described(error: unknown): object {
  if (typeof error === 'object' && error !== null && 'kind' in error) return error;
  const name = error instanceof Error ? error.name : '';
  if (name === 'QuotaExceededError') return { kind: 'storageFull' };
  if (name === 'InUse') return { kind: 'storeInUse' };
  return { kind: 'storeUnusable', detail: name };
}
