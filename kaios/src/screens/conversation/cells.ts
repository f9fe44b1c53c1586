// The rows that are drawn, each in a store of its own: a row that stays the same costs nothing when others come and go. What a
// store keeps is gone with the row.

import { batch, createSignal, type Accessor } from 'solid-js';
import { createStore, reconcile, type SetStoreFunction } from 'solid-js/store';
import type { MessageRow } from '../../engine/protocol';
import type { Range } from './window';

export interface Cell {
  row: MessageRow;
  /** The row that stands above it. */
  before: Accessor<MessageRow | undefined>;
  setBefore: (row: MessageRow | undefined) => void;
  /** What the row was last set to. */
  latest: MessageRow;
  set: SetStoreFunction<MessageRow>;
}

export interface Cells {
  drawn: Accessor<Cell[]>;
  /** Draws these rows of all. Those that were drawn before stay where they are. True: something is new or has changed. */
  draw: (rows: readonly MessageRow[], range: Range) => boolean;
}

/** Data that shares nothing but bytes: a store leaves its signals in what it is made of, and the rows of a conversation stay. */
function copied<T>(data: T): T {
  if (Array.isArray(data)) return data.map(copied) as T;
  if (data === null || typeof data !== 'object' || Object.getPrototypeOf(data) !== Object.prototype) return data;
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(data)) copy[name] = copied(value);
  return copy as T;
}

export function createCells(): Cells {
  const [drawn, setDrawn] = createSignal<Cell[]>([]);
  let known = new Map<number, Cell>();
  const draw = (rows: readonly MessageRow[], range: Range): boolean => {
    const next = new Map<number, Cell>();
    let isNew = false;
    batch(() => {
      let above = rows[range.start - 1];
      for (const latest of rows.slice(range.start, range.end)) {
        let cell = known.get(latest.id);
        if (!cell) {
          const [row, set] = createStore(copied(latest));
          const [before, setBefore] = createSignal(above);
          cell = { row, before, setBefore, latest, set };
          isNew = true;
        } else if (cell.latest !== latest || cell.before() !== above) {
          cell.setBefore(above);
          cell.latest = latest;
          cell.set(reconcile(copied(latest)));
          isNew = true;
        }
        next.set(latest.id, cell);
        above = latest;
      }
      known = next;
      setDrawn(Array.from(next.values()));
    });
    return isNew;
  };
  return { drawn, draw };
}
