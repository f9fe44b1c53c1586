// The contents of files, as addresses that the page can show. Each file is asked for once; the oldest ones are let go.

import { engine } from '../../app/world';
import type { FileContent } from '../../engine/engine';

/** How many contents are held at a time; a feature phone has little memory. */
const MOST = 24;

export interface Content extends FileContent {
  address: string;
}

const held = new Map<string, Promise<Content>>();

export function content(message: number, file: number): Promise<Content> {
  const key = `${String(message)} ${String(file)}`;
  let found = held.get(key);
  if (found) {
    // The newest one stands last.
    held.delete(key);
    held.set(key, found);
    return found;
  }
  found = engine()
    .call('file', { message, file })
    .then((it) => ({ ...it, address: URL.createObjectURL(it.blob) }));
  found.catch(() => held.delete(key));
  held.set(key, found);
  for (const [oldest, old] of held) {
    if (held.size <= MOST) break;
    held.delete(oldest);
    old.then((it) => URL.revokeObjectURL(it.address)).catch(() => undefined);
  }
  return found;
}
