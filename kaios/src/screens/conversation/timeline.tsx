// The rows of a conversation. Only those near what is seen are in the page; the reading place stays when others come.

import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show, type JSX } from 'solid-js';
import type { MessageRow } from '../../engine/protocol';
import { t } from '../../i18n';
import { IconButton } from '../../parts/screen';
import { createCells } from './cells';
import { Heights, rowAt, step, type Range } from './window';

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
  const heights = new Heights();
  const index = createMemo(() => {
    const places = new Map<number, number>();
    props.rows.forEach((row, at) => places.set(row.id, at));
    return places;
  });
  const cells = createCells();
  const [space, setSpace] = createSignal({ above: 0, below: 0 });
  const [atEnd, setAtEnd] = createSignal(true);
  const [aboveUnread, setAboveUnread] = createSignal(false);
  let range: Range = { start: 0, end: 0 };
  let ids: number[] = [];
  let tops = heights.tops(ids);
  const measured = new WeakSet<Element>();
  let begun = false;
  let size = { width: 0, height: 0 };

  /** The height of the older-messages line and the padding above the first row. */
  const offset = (): number => drawnRows.offsetTop - space().above;

  function draw(next: Range): void {
    range = next;
    cells.draw(props.rows.slice(range.start, range.end));
    arrange();
  }

  function arrange(): void {
    setSpace({ above: tops[range.start] ?? 0, below: (tops[ids.length] ?? 0) - (tops[range.end] ?? 0) });
  }

  /** Measures what is drawn, or only what is new of it. True: something is not as high as it was taken to be. */
  function measure(all = false): boolean {
    let changed = false;
    for (const element of drawnRows.children) {
      if (!all && measured.has(element)) continue;
      measured.add(element);
      const id = Number((element as HTMLElement).dataset.id);
      if (heights.measured(id, element.getBoundingClientRect().height)) changed = true;
    }
    if (changed) {
      tops = heights.tops(ids);
      arrange();
    }
    return changed;
  }

  /** The row at the upper edge, and how far it is scrolled out. */
  function anchor(): Place {
    const height = view.scrollTop - offset();
    const at = rowAt(tops, Math.max(0, height));
    const id = ids[at];
    return id === undefined ? null : { id, beyond: height - (tops[at] ?? 0) };
  }

  function hold(place: Place): void {
    const at = place ? index().get(place.id) : undefined;
    if (!place || at === undefined) return;
    const top = (tops[at] ?? 0) + place.beyond + offset();
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
    const [first, last] = [ids[range.start], ids[range.end - 1]];
    ids = props.rows.map((row) => row.id);
    tops = heights.tops(ids);
    // The rows that are drawn may stand elsewhere now.
    const start = first === undefined ? undefined : index().get(first);
    const end = last === undefined ? undefined : index().get(last);
    range = start === undefined || end === undefined ? { start: 0, end: 0 } : { start, end: end + 1 };
    const total = tops[ids.length] ?? 0;
    const from = place ? (tops[index().get(place.id) ?? 0] ?? 0) + place.beyond : total - view.clientHeight;
    draw(step(tops, from, from + view.clientHeight, range));
    measure(true);
    restore(place);
    if (!begun && ids.length > 0) begin();
    look();
    schedule();
  }

  function begin(): void {
    begun = true;
    const unread = props.firstUnread;
    if (unread !== null && index().has(unread)) toHeight(unread, 0.25);
  }

  /** Scrolls so that a row begins at a part of the screen's height. */
  function toHeight(id: number, part: number): boolean {
    const at = index().get(id);
    if (at === undefined) return false;
    setAtEnd(false);
    // What is drawn is measured, and then its place is surer.
    for (let tries = 0; tries < 2; tries += 1) {
      const from = (tops[at] ?? 0) - view.clientHeight * part;
      draw(step(tops, from, from + view.clientHeight, { start: 0, end: 0 }));
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
    const unread = props.firstUnread === null ? undefined : index().get(props.firstUnread);
    setAboveUnread(unread !== undefined && (tops[unread] ?? 0) + offset() < view.scrollTop - 4);
    if (view.scrollTop < view.clientHeight * 1.5 + offset() && !props.complete && !props.loading && begun) props.onOlder();
  }

  let asked = 0;
  /** Draws a few rows more with each frame, until all that are wanted are there. */
  function schedule(): void {
    if (asked) return;
    asked = requestAnimationFrame(() => {
      asked = 0;
      const from = view.scrollTop - offset();
      const next = step(tops, from, from + view.clientHeight, range);
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
      const expected = (tops[range.end] ?? 0) - (tops[range.start] ?? 0);
      const { clientWidth, clientHeight } = view;
      // Rows that were drawn or left out change nothing that is not known.
      if (Math.abs(height - expected) < 1 && clientWidth === size.width && clientHeight === size.height) return;
      const place = atEnd() && begun ? null : anchor();
      if (clientWidth !== size.width) heights.forget();
      size = { width: clientWidth, height: clientHeight };
      measure(true);
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
    const total = tops[ids.length] ?? 0;
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
            {({ row }) => (
              <div data-id={row.id} class="row-place">
                {props.row(row, () => props.rows[(index().get(row.id) ?? 0) - 1])}
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
