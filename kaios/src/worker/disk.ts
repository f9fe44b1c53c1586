// The database in IndexedDB: pages of SQLite's file, what is kept beside them, and files. Each commit is one transaction, and only
// its owner may write: whoever takes over changes the owner's name, and everything that the one before writes later is refused.

const NAME = 'larimar';
const VERSION = 2;
const PAGES = 'pages';
const BESIDE = 'beside';
export const FILES = 'files';
const OWNER = 'owner';

/** What was read when the store was opened. */
export interface Kept {
  pages: Uint8Array[];
  beside: [string, Uint8Array][];
}

type Page = [number, Uint8Array];
type Beside = [string, Uint8Array | null];

/** Why a commit was refused: another worker has the store now. */
class TakenOver extends Error {
  override name = 'TakenOver';
}

/** Why the database does not open: another tab does not let it go. */
class InUse extends Error {
  override name = 'InUse';
}

export class Disk {
  private constructor(
    readonly database: IDBDatabase,
    private readonly owner: string,
  ) {}

  /** Opens the database and takes it over, in the transaction that reads it: nothing is written between the two. */
  static async open(): Promise<[Disk, Kept]> {
    const database = await open(NAME);
    const owner = name();
    const transaction = begin(database, [PAGES, BESIDE]);
    const store = transaction.objectStore(PAGES);
    transaction.objectStore(BESIDE).put(owner, OWNER);
    const numbers = answer(store.getAllKeys());
    const pages = answer<Uint8Array[]>(store.getAll());
    const names = answer(transaction.objectStore(BESIDE).getAllKeys());
    const values = answer<(string | Uint8Array)[]>(transaction.objectStore(BESIDE).getAll());
    await done(transaction);
    await isWhole(await numbers);
    const beside: [string, Uint8Array][] = [];
    const all = await values;
    (await names).forEach((key, at) => {
      const value = all[at];
      if (key !== OWNER && value instanceof Uint8Array) beside.push([String(key), value]);
    });
    return [new Disk(database, owner), { pages: await pages, beside }];
  }

  /** Writes a commit. It is there when this resolves, or nothing of it is. */
  write(pages: Page[], length: number | null, beside: Beside[]): Promise<void> {
    return this.owned([PAGES], (transaction) => {
      const store = transaction.objectStore(PAGES);
      if (length !== null) store.delete(IDBKeyRange.lowerBound(length));
      for (const [number, bytes] of pages) store.put(bytes, number);
      const kept = transaction.objectStore(BESIDE);
      for (const [key, bytes] of beside) {
        if (bytes === null) kept.delete(key);
        else kept.put(bytes, key);
      }
    });
  }

  /** Writes in one transaction, if this is still the owner. */
  owned(stores: string[], write: (transaction: IDBTransaction) => void): Promise<void> {
    const transaction = begin(this.database, [BESIDE, ...stores]);
    const asked = transaction.objectStore(BESIDE).get(OWNER);
    let refused: Error | null = null;
    asked.onsuccess = () => {
      if (asked.result === this.owner) {
        write(transaction);
      } else {
        refused = new TakenOver('another tab has the store');
        transaction.abort();
      }
    };
    return done(transaction).catch((error: unknown) => {
      throw refused ?? error;
    });
  }

  close(): void {
    this.database.close();
  }
}

/** Moves a store that cannot be used into a database of its own; nothing of it is removed. */
export async function setAside(): Promise<void> {
  const from = await open(NAME);
  const to = await open(`${NAME} ${new Date().toISOString()}`);
  const stores = [PAGES, BESIDE, FILES];
  for (const name of stores) {
    const store = from.transaction(name).objectStore(name);
    const [keys, values] = await Promise.all([answer(store.getAllKeys()), answer<unknown[]>(store.getAll())]);
    const written = begin(to, [name]);
    keys.forEach((key, at) => written.objectStore(name).put(values[at], key));
    await done(written);
  }
  const emptied = begin(from, stores);
  stores.forEach((name) => emptied.objectStore(name).clear());
  await done(emptied);
  [from, to].forEach((database) => database.close());
}

/** Pages are numbered from 0 without a gap, or the file is not whole. */
function isWhole(numbers: IDBValidKey[]): void {
  if (numbers.some((number, at) => number !== at)) throw { kind: 'storeDamaged', detail: 'a page is missing' };
}

/** A commit is on the disk when it is told so, where the browser knows that word. */
function begin(database: IDBDatabase, stores: string[]): IDBTransaction {
  return database.transaction(stores, 'readwrite', { durability: 'strict' });
}

function name(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function open(called: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(called, VERSION);
    asked.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) {
        asked.result.createObjectStore(PAGES);
        asked.result.createObjectStore(BESIDE);
      }
      asked.result.createObjectStore(FILES);
    };
    asked.onsuccess = () => {
      // A newer Larimar in another tab would wait for this one; what is written here later is refused, and says so.
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new InUse('another tab has an older database open'));
  });
}

export function answer<T>(asked: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

function done(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
  });
}
