// The rows of a conversation. Only those near what is seen are in the page; the reading place stays when others come.

import { createEffect, createSignal, For, on, onCleanup, onMount, Show, type JSX } from 'solid-js';
import type { MessageRow } from '../../engine/protocol';
import { t } from '../../i18n';
import { IconButton } from '../../parts/screen';
import { createCells } from './cells';
import { Places, rowAt } from './places';
import { step, type Range } from './window';

/** What the screen asks of its rows. */
export interface TimelineControl {
  toEnd(): void;
  /** Scrolls to a row and gives it the focus. False: it is not here. */
  toRow(id: number): boolean;
}

export interface TimelineProps {
  rows: MessageRow[];
  complete: boolean;
  loading: boolean;
  /** Above this row stands the line of what is new. */
  firstUnread: number | null;
  label: string;
  row: (row: MessageRow, before: () => MessageRow | undefined) => JSX.Element;
  empty: JSX.Element;
  typing: JSX.Element;
  onOlder: () => void;
  onSeen: () => void;
  control: (control: TimelineControl) => void;
}

/** A row, and how far its upper edge is scrolled out. Null: none. */
type Place = { id: number; beyond: number } | null;

/** So many pixels from the end still are the end. */
const NEAR = 48;

export function Timeline(props: TimelineProps): JSX.Element {
  let view!: HTMLDivElement;
  let drawnRows!: HTMLDivElement;
  const places = new Places();
  const cells = createCells();
  const [space, setSpace] = createSignal({ above: 0, below: 0 });
  const [atEnd, setAtEnd] = createSignal(true);
  const [aboveUnread, setAboveUnread] = createSignal(false);
  let range: Range = { start: 0, end: 0 };
  const measured = new WeakSet<Element>();
  let begun = false;
  let size = { width: 0, height: 0 };

  /** The height of the older-messages line above the first row: asked for when it may have changed, for asking costs a layout. */
  let head = 0;

  function draw(next: Range): boolean {
    range = next;
    const isNew = cells.draw(props.rows, range);
    arrange();
    return isNew;
  }

  function arrange(): void {
    const { tops, count } = places;
    setSpace({ above: tops[range.start] ?? 0, below: (tops[count] ?? 0) - (tops[range.end] ?? 0) });
  }

  /** Measures what is drawn, or only what is new of it. True: something is not as high as it was taken to be. */
  function measure(all = false): boolean {
    let changed = false;
    for (const element of drawnRows.children) {
      if (!all && measured.has(element)) continue;
      measured.add(element);
      const id = Number((element as HTMLElement).dataset.id);
      if (places.measure(id, element.getBoundingClientRect().height)) changed = true;
    }
    if (changed) arrange();
    return changed;
  }

  function lookAtHead(): void {
    head = drawnRows.offsetTop - space().above;
  }

  /** The row at the upper edge, and how far it is scrolled out. */
  function anchor(): Place {
    const height = view.scrollTop - head;
    const at = rowAt(places.tops, Math.max(0, height));
    const id = places.at(at);
    return id === undefined ? null : { id, beyond: height - (places.tops[at] ?? 0) };
  }

  function hold(place: Place): void {
    const at = place ? places.indexOf(place.id) : undefined;
    if (!place || at === undefined) return;
    const top = (places.tops[at] ?? 0) + place.beyond + head;
    if (Math.abs(view.scrollTop - top) > 0.5) view.scrollTop = top;
  }

  /** Holds the reading place, or the end. */
  function restore(place: Place): void {
    if (place) hold(place);
    else view.scrollTop = view.scrollHeight;
  }

  /** Rows came, went or changed. */
  function update(): void {
    const place = begun && !atEnd() ? anchor() : null;
    const [first, last] = [places.at(range.start), places.at(range.end - 1)];
    places.set(props.rows.map((row) => row.id));
    // The rows that are drawn may stand elsewhere now.
    const start = first === undefined ? undefined : places.indexOf(first);
    const end = last === undefined ? undefined : places.indexOf(last);
    range = start === undefined || end === undefined ? { start: 0, end: 0 } : { start, end: end + 1 };
    const { tops } = places;
    const total = tops[places.count] ?? 0;
    const from = place ? (tops[places.indexOf(place.id) ?? 0] ?? 0) + place.beyond : total - view.clientHeight;
    // Somebody who reads what was there needs no other rows in this frame, which has enough to do.
    const isReading = place !== null && range.end > range.start;
    if (draw(isReading ? range : step(tops, from, from + view.clientHeight, range))) measure(true);
    lookAtHead();
    restore(place);
    if (!begun && places.count > 0) begin();
    look();
    schedule();
  }

  function begin(): void {
    begun = true;
    const unread = props.firstUnread;
    if (unread !== null) toHeight(unread, 0.25);
  }

  /** Scrolls so that a row begins at a part of the screen's height. */
  function toHeight(id: number, part: number): boolean {
    const at = places.indexOf(id);
    if (at === undefined) return false;
    setAtEnd(false);
    // What is drawn is measured, and then its place is surer.
    for (let tries = 0; tries < 2; tries += 1) {
      const from = (places.tops[at] ?? 0) - view.clientHeight * part;
      draw(step(places.tops, from, from + view.clientHeight, { start: 0, end: 0 }));
      measure();
      hold({ id, beyond: -view.clientHeight * part });
    }
    schedule();
    return true;
  }

  const toTheEnd = (): number => view.scrollHeight - view.scrollTop - view.clientHeight;

  /** Looks where the reader is. */
  function look(): void {
    const end = toTheEnd() < NEAR;
    setAtEnd(end);
    if (end && begun) props.onSeen();
    const unread = props.firstUnread === null ? undefined : places.indexOf(props.firstUnread);
    setAboveUnread(unread !== undefined && (places.tops[unread] ?? 0) + head < view.scrollTop - 4);
    if (view.scrollTop < view.clientHeight * 1.5 + head && !props.complete && !props.loading && begun) props.onOlder();
  }

  let asked = 0;
  /** Draws a few rows more with each frame, until all that are wanted are there. */
  function schedule(): void {
    if (asked) return;
    asked = requestAnimationFrame(() => {
      asked = 0;
      const from = view.scrollTop - head;
      const next = step(places.tops, from, from + view.clientHeight, range);
      if (next !== range) {
        const place = toTheEnd() < 2 ? null : anchor();
        draw(next);
        if (measure()) restore(place);
        schedule();
      }
      look();
    });
  }

  onMount(() => {
    const observer = new ResizeObserver(() => {
      const height = drawnRows.getBoundingClientRect().height;
      const expected = (places.tops[range.end] ?? 0) - (places.tops[range.start] ?? 0);
      const { clientWidth, clientHeight } = view;
      // Rows that were drawn or left out change nothing that is not known.
      if (Math.abs(height - expected) < 1 && clientWidth === size.width && clientHeight === size.height) return;
      const place = atEnd() && begun ? null : anchor();
      if (clientWidth !== size.width) places.forget();
      size = { width: clientWidth, height: clientHeight };
      measure(true);
      lookAtHead();
      restore(place);
      schedule();
    });
    observer.observe(drawnRows);
    observer.observe(view);
    onCleanup(() => observer.disconnect());
    // Not inside the effect: there, what is set is drawn only after it, and nothing could be measured.
    createEffect(on(() => props.rows, () => queueMicrotask(() => alive && update())));
    createEffect(on(() => props.firstUnread, look, { defer: true }));
  });
  let alive = true;
  onCleanup(() => {
    alive = false;
    cancelAnimationFrame(asked);
  });

  const toEnd = (): void => {
    setAtEnd(true);
    const { tops } = places;
    const total = tops[places.count] ?? 0;
    draw(step(tops, total - view.clientHeight, total, { start: 0, end: 0 }));
    measure();
    view.scrollTop = view.scrollHeight;
    schedule();
  };
  props.control({
    toEnd,
    toRow: (id) => {
      if (!toHeight(id, 0.3)) return false;
      const element = drawnRows.querySelector<HTMLElement>(`[data-id="${String(id)}"]`);
      const focusable = element?.querySelector<HTMLElement>('[data-focus]');
      focusable?.focus({ preventScroll: true });
      element?.classList.add('found');
      setTimeout(() => element?.classList.remove('found'), 1600);
      return true;
    },
  });

  return (
    <div class="timeline-frame">
      <div ref={view} class="timeline" data-scroll role="log" aria-label={props.label} onScroll={schedule} tabindex="-1">
        <p class="older" classList={{ nothing: props.rows.length === 0 }} role="status">
          {props.complete ? t('chat.beginning') : props.loading ? t('chat.older') : ''}
        </p>
        <div ref={(element) => spacer(element, () => space().above)} />
        <div ref={drawnRows} class="rows">
          <For each={cells.drawn()}>
            {({ row, before }) => (
              <div data-id={row.id} class="row-place">
                {props.row(row, before)}
              </div>
            )}
          </For>
        </div>
        <div ref={(element) => spacer(element, () => space().below)} />
        <Show when={props.rows.length === 0 && props.complete}>{props.empty}</Show>
        {props.typing}
      </div>
      <div class="jumps">
        <Show when={aboveUnread()}>
          <IconButton
            icon="up"
            label={t('chat.toUnread')}
            run={() => props.firstUnread !== null && toHeight(props.firstUnread, 0.25)}
          />
        </Show>
        <Show when={!atEnd()}>
          <IconButton icon="down" label={t('chat.toEnd')} run={toEnd} />
        </Show>
      </div>
    </div>
  );
}

/** Keeps an empty element as high as is asked for; by the style object, because the policy allows no style attributes. */
function spacer(element: HTMLElement, height: () => number): void {
  createEffect(() => {
    element.style.height = `${String(height())}px`;
  });
}
