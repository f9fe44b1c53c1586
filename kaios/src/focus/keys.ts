// What a key means, on a feature phone and on a keyboard.

export type Direction = 'up' | 'down' | 'left' | 'right';

export type Meaning =
  | { kind: 'move'; direction: Direction }
  | { kind: 'enter' }
  | { kind: 'soft'; side: 'left' | 'right' }
  | { kind: 'back' }
  | { kind: 'digit'; digit: number }
  | { kind: 'find' }
  | { kind: 'options' };

/** The part of a KeyboardEvent that tells what is meant. */
export interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** Where the key was pressed. */
export interface Where {
  /** A text is being typed. */
  editing: boolean;
  /** It has something in it. */
  filled: boolean;
}

const MOVES: Record<string, Direction> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

/** What a key means; null: what the browser makes of it. */
export function meaning(pressed: Pressed, where: Where): Meaning | null {
  const { key } = pressed;
  if ((pressed.ctrlKey || pressed.metaKey) && key.toLowerCase() === 'k') return { kind: 'find' };
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  const direction = MOVES[key];
  if (direction) return pressed.shiftKey ? null : { kind: 'move', direction };
  switch (key) {
    case 'Enter':
      return pressed.shiftKey ? null : { kind: 'enter' };
    case 'SoftLeft':
    case 'F1':
      return { kind: 'soft', side: 'left' };
    case 'SoftRight':
    case 'F2':
      return { kind: 'soft', side: 'right' };
    case 'ContextMenu':
      return { kind: 'options' };
    case 'F10':
      return pressed.shiftKey ? { kind: 'options' } : null;
    case 'Escape':
    case 'GoBack':
    case 'BrowserBack':
    case 'EndCall':
      return { kind: 'back' };
    case 'Backspace':
      // On a feature phone this is the Back key, and the one that takes letters away.
      return where.editing && where.filled ? null : { kind: 'back' };
  }
  if (!where.editing && /^[0-9]$/.test(key)) return { kind: 'digit', digit: Number(key) };
  return null;
}
