// Files of messages in IndexedDB: Blobs, under the names of their contents.

import { answer, FILES, type Disk } from './disk';

export class Files {
  constructor(private readonly disk: Disk) {}

  async file(name: string): Promise<Blob | null> {
    const asked = this.store().get(name) as IDBRequest<Blob | undefined>;
    return (await answer(asked)) ?? null;
  }

  /** Keeps a file. It is there when this resolves. */
  keep(name: string, file: Blob): Promise<void> {
    return this.disk.owned([FILES], (transaction) => {
      transaction.objectStore(FILES).put(file, name);
    });
  }

  remove(name: string): void {
    this.disk
      .owned([FILES], (transaction) => {
        transaction.objectStore(FILES).delete(name);
      })
      // What stays behind is removed at the next start.
      .catch(() => undefined);
  }

  names(): Promise<IDBValidKey[]> {
    return answer(this.store().getAllKeys());
  }

  private store(): IDBObjectStore {
    return this.disk.database.transaction(FILES).objectStore(FILES);
  }
}
