// Keeps the focus: it always is on something of the scope in front, also when rows come, go or change.
// A scope is an element with `data-scope` (its name); overlays have `data-modal` too. What can have the focus has `data-focus`.

import { beside, nearest } from './order';
import type { Direction } from './keys';

interface Memory {
  key: string;
  order: string[];
}

const memories = new Map<string, Memory>();
const seen = new WeakSet<Element>();
let scope: HTMLElement | null = null;

const scopes = (): HTMLElement[] => Array.from(document.querySelectorAll<HTMLElement>('[data-scope]'));
const nameOf = (element: HTMLElement): string => element.dataset.scope ?? '';
const keyOf = (element: HTMLElement): string => element.dataset.focus ?? '';

function items(inside: HTMLElement): HTMLElement[] {
  return Array.from(inside.querySelectorAll<HTMLElement>('[data-focus]')).filter(
    (element) => !element.matches(':disabled') && element.getClientRects().length > 0,
  );
}

/** The scope in front: an overlay if there is one, else the pane that was used last. */
function front(): HTMLElement | null {
  const all = scopes();
  const modal = all.filter((element) => 'modal' in element.dataset).pop();
  if (modal) return modal;
  const fresh = all.filter((element) => !seen.has(element)).pop();
  if (fresh) return fresh;
  return scope && all.includes(scope) ? scope : (all[all.length - 1] ?? null);
}

/** True where a finger would make a keyboard jump up. */
const touch = (): boolean => matchMedia('(pointer: coarse)').matches && innerWidth >= 330;

function begin(inside: HTMLElement): void {
  const all = items(inside);
  const memory = memories.get(nameOf(inside));
  const remembered = memory && all.find((element) => keyOf(element) === memory.key);
  const wanted = inside.querySelector<HTMLElement>('[data-autofocus]');
  let target = remembered ?? wanted ?? all[0] ?? inside;
  if (touch() && editable(target)) target = inside;
  target.focus({ preventScroll: !remembered });
}

export function editable(element: Element | null): element is HTMLInputElement | HTMLTextAreaElement {
  if (element instanceof HTMLTextAreaElement) return true;
  return element instanceof HTMLInputElement && !['checkbox', 'radio', 'file', 'button'].includes(element.type);
}

/** Looks whether the focus still is where it should be. */
function mend(): void {
  const now = front();
  if (!now) return;
  const active = document.activeElement;
  const known = seen.has(now);
  scopes().forEach((element) => seen.add(element));
  if (now !== scope || !known) {
    scope = now;
    if (!active || !now.contains(active) || active === now) begin(now);
    return;
  }
  if (active === now && items(now).length > 0 && !touch()) {
    // What can have the focus has come only now.
    begin(now);
    return;
  }
  if (active && active !== document.body && (now.contains(active) || !('modal' in now.dataset))) {
    remember();
    return;
  }
  const memory = memories.get(nameOf(now));
  const all = items(now);
  const still = memory && all.find((element) => keyOf(element) === memory.key);
  // Somebody clicked beside everything: that is no loss.
  if (still && lost === still) return;
  const key = memory && nearest(memory.order, memory.key, all.map(keyOf));
  const target = all.find((element) => keyOf(element) === key);
  (target ?? now).focus({ preventScroll: true });
}

/** What had the focus last. */
let lost: Element | null = null;

function remember(): void {
  const active = document.activeElement;
  if (!scope || !(active instanceof HTMLElement) || !scope.contains(active)) return;
  lost = active;
  const key = active.dataset.focus;
  if (key === undefined) return;
  // Without a look at where they are: this happens with every change, and must not cost a layout.
  const order = Array.from(scope.querySelectorAll<HTMLElement>('[data-focus]'), keyOf);
  memories.set(nameOf(scope), { key, order });
}

function onFocus(event: FocusEvent): void {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return;
  const own = target.closest<HTMLElement>('[data-scope]');
  const modal = scope && 'modal' in scope.dataset && scope.isConnected;
  if (modal && own !== scope) {
    begin(scope as HTMLElement);
    return;
  }
  if (own) scope = own;
  remember();
}

/** The element around that scrolls. */
function scroller(element: HTMLElement): HTMLElement | null {
  return element.closest<HTMLElement>('[data-scroll]') ?? scope?.querySelector<HTMLElement>('[data-scroll]') ?? null;
}

/** Scrolls inside something that is taller than the screen before leaving it. */
function scrolls(element: HTMLElement, direction: Direction): boolean {
  if (direction !== 'up' && direction !== 'down') return false;
  const around = scroller(element);
  if (!around || !around.contains(element)) return false;
  const box = element.getBoundingClientRect();
  const view = around.getBoundingClientRect();
  if (box.height < view.height - 16) return false;
  const hidden = direction === 'down' ? box.bottom - view.bottom : view.top - box.top;
  if (hidden < 8) return false;
  const step = Math.min(hidden + 4, view.height * 0.7);
  around.scrollBy(0, direction === 'down' ? step : -step);
  return true;
}

/** Moves the focus. */
export function move(direction: Direction): void {
  if (!scope) return;
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !scope.contains(active) || active === scope) {
    begin(scope);
    return;
  }
  if (scrolls(active, direction)) return;
  const others = items(scope).filter((element) => element !== active && !active.contains(element));
  const at = beside(
    active.getBoundingClientRect(),
    others.map((element) => element.getBoundingClientRect()),
    direction,
  );
  const target = others[at];
  if (target) {
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: 'nearest' });
  } else if (direction === 'up' || direction === 'down') {
    scroller(active)?.scrollBy(0, direction === 'down' ? 80 : -80);
  }
}

/** Keeps Tab inside an overlay. True: it was taken care of. */
export function tab(backwards: boolean): boolean {
  if (!scope || !('modal' in scope.dataset)) return false;
  const all = items(scope);
  const at = all.findIndex((element) => element === document.activeElement);
  const next = (at + (backwards ? -1 : 1) + all.length) % all.length;
  all[next]?.focus();
  return true;
}

/** The name of what had the focus last in a scope. */
export const remembered = (name: string): string | undefined => memories.get(name)?.key;

/** A screen that is opened anew begins at its beginning. */
export function forget(name: string): void {
  memories.delete(name);
}

/** Puts the focus on something of the scope in front, by its name. */
export function focusOn(key: string): void {
  const target = scope && items(scope).find((element) => keyOf(element) === key);
  target?.focus();
}

/** Begins to keep the focus. */
export function keep(): void {
  document.addEventListener('focusin', onFocus);
  new MutationObserver(mend).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-scope', 'disabled'],
  });
}
