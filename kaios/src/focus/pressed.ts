// Listens to the keys of the whole page, and hands on what they mean.

import { Hold } from './hold';
import { editable, move, tab } from './keeper';
import { meaning, type Direction } from './keys';

export interface Handlers {
  /** Enter, where no text is typed. False: it is a click on what has the focus. */
  enter(): boolean;
  soft(side: 'left' | 'right'): void;
  /** False: there is nothing to go back to. */
  back(): boolean;
  digit(digit: number): void;
  find(): void;
}

/** Asks what has the focus for its options. True: it has some. */
export function askOptions(element: Element | null): boolean {
  if (!element) return false;
  return !element.dispatchEvent(new CustomEvent('options', { bubbles: true, cancelable: true }));
}

/** Whether an arrow key leaves a text that is being typed. */
function leaves(field: HTMLInputElement | HTMLTextAreaElement, direction: Direction): boolean {
  if (direction === 'left' || direction === 'right') return field.value === '';
  if (field instanceof HTMLInputElement) return true;
  const at = field.selectionStart;
  const text = field.value;
  return direction === 'up' ? !text.slice(0, at).includes('\n') : !text.slice(at).includes('\n');
}

export function listen(handlers: Handlers): void {
  const hold = new Hold(
    () => handlers.enter() || (document.activeElement as HTMLElement | null)?.click(),
    () => askOptions(document.activeElement),
  );
  document.addEventListener('keydown', (event) => {
    document.documentElement.classList.add('keys');
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === 'Tab') {
      if (tab(event.shiftKey)) event.preventDefault();
      return;
    }
    const active = document.activeElement;
    const field = editable(active) ? active : null;
    const meant = meaning(event, { editing: field !== null, filled: !!field?.value });
    if (!meant) return;
    switch (meant.kind) {
      case 'move':
        if (field && !leaves(field, meant.direction)) return;
        move(meant.direction);
        break;
      case 'enter':
        // In a field the form decides; what it wants is said by its own handlers.
        if (field) return;
        hold.press(event.repeat);
        break;
      case 'soft':
        handlers.soft(meant.side);
        break;
      case 'back':
        if (!handlers.back()) return;
        break;
      case 'digit':
        handlers.digit(meant.digit);
        break;
      case 'find':
        handlers.find();
        break;
      case 'options':
        askOptions(active);
        break;
    }
    event.preventDefault();
  });
  document.addEventListener('keyup', (event) => {
    if (event.key === 'Enter') hold.release();
  });
  addEventListener('blur', () => hold.forget());
  document.addEventListener('pointerdown', () => document.documentElement.classList.remove('keys'));
}
