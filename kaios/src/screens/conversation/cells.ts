// The rows that are drawn. One that stays the same costs nothing when others come and go.

import { batch, createSignal, type Accessor, type Setter } from 'solid-js';
import type { MessageRow } from '../../engine/protocol';
import type { Range } from './window';

export interface Cell {
  row: Accessor<MessageRow>;
  /** The row that stands above it. */
  before: Accessor<MessageRow | undefined>;
  setRow: Setter<MessageRow>;
  setBefore: Setter<MessageRow | undefined>;
  /** When it was drawn last. */
  turn: number;
}

export interface Cells {
  drawn: Accessor<Cell[]>;
  /** Draws these rows of all. Those that were drawn before stay where they are. True: something is new or has changed. */
  draw: (rows: readonly MessageRow[], range: Range) => boolean;
}

function cellOf(first: MessageRow, above: MessageRow | undefined): Cell {
  const [row, setRow] = createSignal(first);
  const [before, setBefore] = createSignal(above);
  return { row, before, setRow, setBefore, turn: 0 };
}

export function createCells(): Cells {
  const [drawn, setDrawn] = createSignal<Cell[]>([]);
  const known = new Map<number, Cell>();
  let turn = 0;
  const draw = (rows: readonly MessageRow[], range: Range): boolean => {
    const next: Cell[] = [];
    let isNew = false;
    turn += 1;
    batch(() => {
      let above = rows[range.start - 1];
      for (const row of rows.slice(range.start, range.end)) {
        let cell = known.get(row.id);
        if (!cell) {
          cell = cellOf(row, above);
          known.set(row.id, cell);
          isNew = true;
        } else if (cell.row() !== row || cell.before() !== above) {
          cell.setRow(row);
          cell.setBefore(above);
          isNew = true;
        }
        cell.turn = turn;
        next.push(cell);
        above = row;
      }
      setDrawn(next);
    });
    known.forEach((cell, id) => {
      if (cell.turn !== turn) known.delete(id);
    });
    return isNew;
  };
  return { drawn, draw };
}
