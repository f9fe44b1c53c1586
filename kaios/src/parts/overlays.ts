// What lies over the screens: menus, questions and short notes. Each is asked for with one call, and answers with a promise.

import { createSignal } from 'solid-js';

export interface MenuItem {
  label: string;
  icon?: string;
  /** One of several that can be chosen: whether it is. */
  checked?: boolean;
  danger?: boolean;
  run: () => void;
}

export interface Point {
  x: number;
  y: number;
}

export type Overlay =
  | { kind: 'menu'; id: number; title: string; items: MenuItem[]; at: Point | null; close: () => void }
  | { kind: 'ask'; id: number; title: string; text: string; yes: string; danger: boolean; close: (yes: boolean) => void }
  | { kind: 'tell'; id: number; title: string; lines: [string, string][]; close: () => void }
  | {
      kind: 'prompt';
      id: number;
      title: string;
      hint: string;
      value: string;
      secret: boolean;
      close: (value: string | null) => void;
    }
  | { kind: 'emoji'; id: number; title: string; close: (emoji: string | null) => void };

const [overlays, setOverlays] = createSignal<Overlay[]>([]);
const [note, setNote] = createSignal('');
let lastId = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export { note, overlays };

function add(make: (id: number, gone: () => void) => Overlay): void {
  const id = ++lastId;
  // A note would lie on its buttons.
  setNote('');
  const gone = (): void => {
    setOverlays((all) => all.filter((overlay) => overlay.id !== id));
  };
  setOverlays((all) => [...all, make(id, gone)]);
}

/** Says something for a moment. */
export function toast(text: string): void {
  clearTimeout(timer);
  setNote(text);
  timer = setTimeout(() => setNote(''), Math.max(3000, text.length * 70));
}

/** What was said of something that is no longer there need not be read. */
export function untoast(): void {
  clearTimeout(timer);
  setNote('');
}

/** Opens a menu; without items it does not. */
export function openMenu(title: string, items: MenuItem[], at: Point | null = null): void {
  if (items.length === 0) return;
  add((id, gone) => ({ kind: 'menu', id, title, items, at, close: gone }));
}

/** Lets a person choose one of several. */
export function choose<T>(title: string, choices: [T, string][], chosen: T): Promise<T | null> {
  return new Promise((resolve) => {
    add((id, gone) => ({
      kind: 'menu',
      id,
      title,
      at: null,
      items: choices.map(([value, label]) => ({ label, checked: value === chosen, run: () => resolve(value) })),
      close: () => {
        gone();
        resolve(null);
      },
    }));
  });
}

/** Asks a yes-or-no question. */
export function ask(title: string, text: string, yes: string, danger = false): Promise<boolean> {
  return new Promise((resolve) => {
    add((id, gone) => ({
      kind: 'ask',
      id,
      title,
      text,
      yes,
      danger,
      close: (answer) => {
        gone();
        resolve(answer);
      },
    }));
  });
}

/** Shows some facts, each with its name. */
export function tell(title: string, lines: [string, string][]): void {
  add((id, gone) => ({ kind: 'tell', id, title, lines, close: gone }));
}

/** Asks for one line. */
export function prompt(title: string, hint: string, value = '', secret = false): Promise<string | null> {
  return new Promise((resolve) => {
    add((id, gone) => ({
      kind: 'prompt',
      id,
      title,
      hint,
      value,
      secret,
      close: (text) => {
        gone();
        resolve(text);
      },
    }));
  });
}

/** Lets a person choose an emoji. */
export function chooseEmoji(title: string): Promise<string | null> {
  return new Promise((resolve) => {
    add((id, gone) => ({
      kind: 'emoji',
      id,
      title,
      close: (emoji) => {
        gone();
        resolve(emoji);
      },
    }));
  });
}

/** Closes what lies on top without an answer. */
export function closeOverlay(): boolean {
  const top = overlays()[overlays().length - 1];
  if (!top) return false;
  switch (top.kind) {
    case 'ask':
      top.close(false);
      break;
    case 'prompt':
    case 'emoji':
      top.close(null);
      break;
    default:
      top.close();
  }
  return true;
}
