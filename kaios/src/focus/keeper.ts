// Keeps the focus: it always is on something of the scope in front, also when rows come, go or change.
// A scope is an element with `data-scope` (its name), and in no other one; overlays have `data-modal` too. What can have the focus has `data-focus`.
// While somebody scrolls, the page changes with every frame: what is done then goes by what has changed, never through the page.

import { beside, whereabouts } from './order';
import type { Direction } from './keys';

/** What had the focus last, by the name of the scope. */
const memories = new Map<string, string>();
const seen = new WeakSet<Element>();
let scope: HTMLElement | null = null;
/** All scopes of the page. */
let scopes: HTMLElement[] = [];

const nameOf = (element: HTMLElement): string => element.dataset.scope ?? '';
const keyOf = (element: HTMLElement): string => element.dataset.focus ?? '';

const isItem = (node: Node): node is HTMLElement =>
  node instanceof HTMLElement && node.dataset.focus !== undefined && !node.matches(':disabled') && node.getClientRects().length > 0;

const items = (inside: HTMLElement): HTMLElement[] =>
  Array.from(inside.querySelectorAll<HTMLElement>('[data-focus]')).filter(isItem);

/** The scope in front: an overlay if there is one, else the pane that was used last. */
function front(): HTMLElement | null {
  const modal = scopes.filter((element) => 'modal' in element.dataset).pop();
  if (modal) return modal;
  const fresh = scopes.filter((element) => !seen.has(element)).pop();
  if (fresh) return fresh;
  return scope && scopes.includes(scope) ? scope : (scopes[scopes.length - 1] ?? null);
}

/** True where a finger would make a keyboard jump up. */
const touch = (): boolean => matchMedia('(pointer: coarse)').matches && innerWidth >= 330;

function begin(inside: HTMLElement): void {
  const all = items(inside);
  const key = memories.get(nameOf(inside));
  const remembered = all.find((element) => keyOf(element) === key);
  const wanted = inside.querySelector<HTMLElement>('[data-autofocus]');
  let target = remembered ?? wanted ?? all[0] ?? inside;
  if (touch() && editable(target)) target = inside;
  target.focus({ preventScroll: !remembered });
}

export function editable(element: Element | null): element is HTMLInputElement | HTMLTextAreaElement {
  if (element instanceof HTMLTextAreaElement) return true;
  return element instanceof HTMLInputElement && !['checkbox', 'radio', 'file', 'button'].includes(element.type);
}

const hasScope = (node: Node): boolean =>
  node instanceof Element && (node.matches('[data-scope]') || node.querySelector('[data-scope]') !== null);

/** A scope came, went or has another name. */
function changesScopes({ attributeName, target, addedNodes, removedNodes }: MutationRecord): boolean {
  if (attributeName === 'data-scope') return true;
  // The rows of a screen hold no other one.
  if ((target as Element).closest('[data-scope]')) return false;
  return Array.from(addedNodes).some(hasScope) || Array.from(removedNodes).some(hasScope);
}

function findScopes(): void {
  scopes = Array.from(document.querySelectorAll<HTMLElement>('[data-scope]'));
}

/** Looks whether the focus still is where it should be. */
function mend(changes: MutationRecord[]): void {
  if (changes.some(changesScopes)) findScopes();
  const now = front();
  if (!now) return;
  const active = document.activeElement;
  const known = seen.has(now);
  scopes.forEach((element) => seen.add(element));
  if (now !== scope || !known) {
    scope = now;
    if (!active || !now.contains(active) || active === now) begin(now);
    return;
  }
  if (active === now && !touch() && items(now).length > 0) {
    // What can have the focus has come only now.
    begin(now);
    return;
  }
  if (active && active !== document.body && (now.contains(active) || !('modal' in now.dataset))) {
    remember();
    return;
  }
  // Somebody clicked beside everything: that is no loss.
  if (last && isItem(last) && now.contains(last) && !changes.some((change) => took(change, last as Node))) return;
  (heir(now, changes) ?? now).focus({ preventScroll: true });
}

/** Whether something was taken out, be it to stand elsewhere: then the browser takes the focus off it. */
const took = ({ removedNodes }: MutationRecord, what: Node): boolean => Array.from(removedNodes).some((node) => node.contains(what));

/** Who has the focus after what had it last: the same, drawn anew, or else the next one, or else the one before. */
function heir(inside: HTMLElement, changes: MutationRecord[]): HTMLElement | null {
  const key = memories.get(nameOf(inside));
  const named = Array.from(inside.querySelectorAll<HTMLElement>('[data-focus]')).find((element) => keyOf(element) === key);
  if (named && isItem(named)) return named;
  const near = last && (beyond(inside, last, changes, 'nextSibling') ?? beyond(inside, last, changes, 'previousSibling'));
  return near ?? items(inside)[0] ?? null;
}

/** The first one on one side of what is gone. */
function beyond(inside: HTMLElement, gone: Node, changes: MutationRecord[], side: 'nextSibling' | 'previousSibling'): HTMLElement | null {
  const spot = whereabouts(gone, changes, side);
  if (!spot || !inside.contains(spot.node)) return null;
  const isNext = side === 'nextSibling';
  const walker = document.createTreeWalker(inside, NodeFilter.SHOW_ELEMENT, (node) =>
    isItem(node) ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP,
  );
  // A neighbour is looked through with all that is in it; what was around is passed.
  walker.currentNode = isNext === spot.beside ? spot.node : innermost(spot.node);
  if (spot.beside && isItem(walker.currentNode)) return walker.currentNode;
  return (isNext ? walker.nextNode() : walker.previousNode()) as HTMLElement | null;
}

/** The last node in the order of the page that is inside this one. */
function innermost(node: Node): Node {
  let found = node;
  while (found.lastChild) found = found.lastChild;
  return found;
}

/** What had the focus last. */
let last: HTMLElement | null = null;

function remember(): void {
  const active = document.activeElement;
  if (!scope || !(active instanceof HTMLElement) || !scope.contains(active)) return;
  last = active;
  const key = active.dataset.focus;
  if (key !== undefined) memories.set(nameOf(scope), key);
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
export const remembered = (name: string): string | undefined => memories.get(name);

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
  findScopes();
  document.addEventListener('focusin', onFocus);
  new MutationObserver(mend).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-scope', 'disabled'],
  });
}
