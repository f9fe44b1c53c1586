// The rows that are drawn, each in a store of its own: a row that stays the same costs nothing when others come and go.

import { batch, createSignal, type Accessor } from 'solid-js';
import { createStore, reconcile, type SetStoreFunction } from 'solid-js/store';
import type { MessageRow } from '../../engine/protocol';

export interface Cell {
  row: MessageRow;
  /** What the row was last set to. */
  latest: MessageRow;
  set: SetStoreFunction<MessageRow>;
}

export interface Cells {
  drawn: Accessor<Cell[]>;
  /** Draws these rows. Those that were drawn before stay where they are. */
  draw: (rows: readonly MessageRow[]) => void;
}

export function createCells(): Cells {
  const [drawn, setDrawn] = createSignal<Cell[]>([]);
  let known = new Map<number, Cell>();
  const draw = (rows: readonly MessageRow[]): void => {
    const next = new Map<number, Cell>();
    batch(() => {
      for (const latest of rows) {
        let cell = known.get(latest.id);
        if (!cell) {
          const [row, set] = createStore(latest);
          cell = { row, latest, set };
        } else if (cell.latest !== latest) {
          cell.latest = latest;
          cell.set(reconcile(latest));
        }
        next.set(latest.id, cell);
      }
      known = next;
      setDrawn(Array.from(next.values()));
    });
  };
  return { drawn, draw };
}
