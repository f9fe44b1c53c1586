// The rows of a conversation. Only those near what is seen are in the page; the reading place stays when others come.

import { createEffect, createSignal, For, on, onCleanup, onMount, Show, type Accessor, type JSX } from 'solid-js';
import type { MessageRow } from '../../engine/protocol';
import { t } from '../../i18n';
import { IconButton } from '../../parts/screen';
import { createCells } from './cells';
import { Places, rowAt } from './places';
import { Strip } from './strip';
import { FEW, step, type Range } from './window';

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
  row: (row: Accessor<MessageRow>, before: Accessor<MessageRow | undefined>) => JSX.Element;
  empty: JSX.Element;
  typing: JSX.Element;
  onOlder: () => void;
  onSeen: () => void;
  control: (control: TimelineControl) => void;
}

/** A frame that begins so many milliseconds after its time is late. */
const LATE = 8;

/** A row, and how far its upper edge is scrolled out. Null: none. */
type Place = { id: number; beyond: number } | null;

/** So many pixels from the end still are the end. */
const NEAR = 48;

/** Older rows are asked for when no more than these are above what is seen: they are to be there before a quick thumb is. */
const AHEAD = 30;

export function Timeline(props: TimelineProps): JSX.Element {
  let view!: HTMLDivElement;
  const places = new Places();
  const strip = new Strip(places);
  const cells = createCells();
  const [atEnd, setAtEnd] = createSignal(true);
  const [aboveUnread, setAboveUnread] = createSignal(false);
  /** The end of all is seen, and goes on to be. */
  let following = false;
  let begun = false;
  /** The rows are others than those whose places are known. */
  let isStale = false;
  let size = { width: 0, height: 0 };

  /** The height of the older-messages line above the first row: asked for when it may have changed, for asking costs a layout. */
  let head = 0;

  /** True: something is new or has changed. */
  function draw(next: Range): boolean {
    const isNew = cells.draw(props.rows, next);
    strip.take(next);
    return isNew;
  }

  function settle(): void {
    if (strip.settle() && following) restore(null);
  }

  /** All stand by their places again, and who reads goes on at the same one, or follows the end. */
  function straighten(place: Place): void {
    strip.straighten();
    head = strip.space.offsetTop;
    restore(place);
  }

  /** How much of the space is scrolled out, and where by the places that is. */
  const scrolled = (): number => view.scrollTop - head;
  const from = (): number => scrolled() - strip.shift;

  /** A row at the upper edge, and how far it is scrolled out. Not the first one: above it stands its day, which goes when older ones come. */
  function anchor(): Place {
    const height = from();
    const at = Math.min(Math.max(1, rowAt(places.tops, Math.max(0, height))), places.count - 1);
    const id = places.at(at);
    return id === undefined ? null : { id, beyond: height - (places.tops[at] ?? 0) };
  }

  /** Where somebody reads who does not follow the end. */
  const reading = (): Place => (begun && !atEnd() ? anchor() : null);

  /** Holds the reading place, or the end. */
  function restore(place: Place): void {
    if (!place) {
      view.scrollTop = view.scrollHeight;
      return;
    }
    const at = places.indexOf(place.id);
    if (at === undefined) return;
    const top = strip.top(at) + place.beyond + head;
    if (Math.abs(view.scrollTop - top) > 0.5) view.scrollTop = top;
  }

  /** Rows came, went or changed. Who reads others has them with the next frame, which draws nothing else. */
  function take(): void {
    isStale = true;
    if (reading()) schedule();
    else update();
  }

  function update(): void {
    if (!isStale) return;
    isStale = false;
    settle();
    const place = reading();
    const [first, last] = [places.at(strip.range.start), places.at(strip.range.end - 1)];
    places.set(props.rows.map((row) => row.id));
    // The rows that are drawn may stand elsewhere now.
    const start = first === undefined ? undefined : places.indexOf(first);
    const end = last === undefined ? undefined : places.indexOf(last);
    strip.renumber(start === undefined || end === undefined ? { start: 0, end: 0 } : { start, end: end + 1 });
    const { tops } = places;
    const total = tops[places.count] ?? 0;
    const seen = place ? (tops[places.indexOf(place.id) ?? 0] ?? 0) + place.beyond : total - view.clientHeight;
    const { range } = strip;
    const below = seen + view.clientHeight;
    // Somebody who reads needs what is seen; all else waits for other frames.
    const isThere = place !== null && (tops[range.start] ?? 0) <= seen && below <= (tops[range.end] ?? 0);
    if (draw(isThere ? range : step(tops, seen, below, range, place ? 0 : FEW))) strip.measureAll();
    straighten(place);
    if (!begun && places.count > 0) begin();
    look();
    schedule();
  }

  function begin(): void {
    begun = true;
    const unread = props.firstUnread;
    if (unread !== null) toHeight(unread, 0.25);
  }

  /** Draws what is seen from this height on, whatever was drawn before, and measures it. */
  function show(seen: number, place: Place): void {
    draw(step(places.tops, seen, seen + view.clientHeight, { start: 0, end: 0 }));
    strip.measureAll();
    straighten(place);
  }

  /** Scrolls so that a row begins at a part of the screen's height. */
  function toHeight(id: number, part: number): boolean {
    update();
    const at = places.indexOf(id);
    if (at === undefined) return false;
    setAtEnd(false);
    // What is drawn is measured, and then its place is surer.
    for (let tries = 0; tries < 2; tries += 1) {
      const beyond = -view.clientHeight * part;
      show((places.tops[at] ?? 0) + beyond, { id, beyond });
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
    setAboveUnread(unread !== undefined && (places.tops[unread] ?? 0) < from() - 4);
    if (begun && !props.complete && !props.loading && rowAt(places.tops, from()) < AHEAD) props.onOlder();
  }

  let asked = 0;
  /** Draws a few rows more with each frame, until all that are wanted are there. Everything is asked before anything is drawn. */
  function schedule(): void {
    if (asked) return;
    asked = requestAnimationFrame((began) => {
      asked = 0;
      if (isStale) {
        update();
        return;
      }
      settle();
      following = toTheEnd() < 2;
      const { range } = strip;
      const top = scrolled();
      const isElsewhere = strip.top(range.end) < top || strip.top(range.start) > top + view.clientHeight;
      const isNearTop = range.start === 0 || strip.top(range.start) < view.clientHeight;
      // Where nothing that is drawn is seen, nothing is held: what is drawn next stands by its place.
      if (isElsewhere) strip.straighten();
      else if (Math.abs(strip.shift) > 0.5 && isNearTop) straighten(following ? null : anchor());
      look();
      const seen = from();
      // What is not seen yet can wait for a frame that is not late.
      const isLate = performance.now() - began > LATE;
      const next = step(places.tops, seen, seen + view.clientHeight, range, isLate ? 0 : FEW);
      const isMore = next !== range;
      if (isMore) {
        // At one edge in a frame: what is drawn is held by the other one.
        const isBoth = range.end > range.start && next.start < range.start && next.end > range.end;
        draw(isBoth ? { start: next.start, end: range.end } : next);
      }
      if (isMore || isLate) schedule();
    });
  }

  onMount(() => {
    const observer = new ResizeObserver(() => {
      settle();
      const height = strip.rows.getBoundingClientRect().height;
      const expected = strip.top(strip.range.end) - strip.top(strip.range.start);
      const { clientWidth, clientHeight } = view;
      // Rows that were drawn or left out change nothing that is not known.
      if (Math.abs(height - expected) < 1 && clientWidth === size.width && clientHeight === size.height) return;
      const place = reading();
      if (clientWidth !== size.width) places.forget();
      size = { width: clientWidth, height: clientHeight };
      strip.measureAll();
      straighten(place);
      schedule();
    });
    observer.observe(strip.rows);
    observer.observe(view);
    onCleanup(() => observer.disconnect());
    // Not inside the effect: there, what is set is drawn only after it, and nothing could be measured.
    createEffect(on(() => props.rows, () => queueMicrotask(() => alive && take())));
    createEffect(on(() => props.firstUnread, look, { defer: true }));
  });
  let alive = true;
  onCleanup(() => {
    alive = false;
    cancelAnimationFrame(asked);
  });

  const toEnd = (): void => {
    update();
    setAtEnd(true);
    show((places.tops[places.count] ?? 0) - view.clientHeight, null);
    schedule();
  };
  props.control({
    toEnd,
    toRow: (id) => {
      if (!toHeight(id, 0.3)) return false;
      const element = strip.rows.querySelector<HTMLElement>(`[data-id="${String(id)}"]`);
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
        <div ref={strip.space} class="space">
          <div ref={strip.rows} class="rows">
            <For each={cells.drawn()}>{({ row, before }) => props.row(row, before)}</For>
          </div>
        </div>
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
