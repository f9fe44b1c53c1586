// A line of a list: it can have the focus, be opened, and be asked for its options.

import { Show, type JSX } from 'solid-js';
import { Icon, type IconName } from './icon';
import type { Point } from './overlays';

/** Words on one line. What is too long is cut at the end of its own direction, not of the page's. */
export function Cut(props: { strong?: boolean; children: JSX.Element }): JSX.Element {
  return (
    <span class="cut" classList={{ strong: props.strong }} dir="auto">
      {props.children}
    </span>
  );
}

export interface RowProps {
  /** Its name for the focus. */
  key: string;
  title: JSX.Element;
  detail?: JSX.Element;
  start?: JSX.Element;
  end?: JSX.Element;
  icon?: IconName;
  danger?: boolean;
  selected?: boolean;
  autofocus?: boolean;
  /** What a screen reader says instead of the pieces. */
  label?: string;
  onOpen: () => void;
  /** Asked for by a long press, the right button, or the Options key. */
  onOptions?: (at: Point | null) => void;
}

declare module 'solid-js' {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- where Solid keeps the names of events
  namespace JSX {
    interface CustomEvents {
      options: Event;
    }
  }
}

type Asked = ((at: Point | null) => void) | undefined;

/** What has the focus was asked for its options. */
export const byKeys = (run: Asked): ((event: Event) => void) | undefined =>
  run &&
  ((event) => {
    event.preventDefault();
    event.stopPropagation();
    run(null);
  });

/** The right button, or a long press on a touch screen, which has no mouse to stand at. */
export const byHand = (run: Asked): ((event: MouseEvent) => void) | undefined =>
  run &&
  ((event) => {
    event.preventDefault();
    run(matchMedia('(pointer: coarse)').matches ? null : { x: event.clientX, y: event.clientY });
  });

export function Row(props: RowProps): JSX.Element {
  return (
    <button
      type="button"
      class="row"
      classList={{ danger: props.danger, selected: props.selected }}
      data-focus={props.key}
      data-autofocus={props.autofocus ? '' : undefined}
      aria-label={props.label}
      aria-current={props.selected ? 'true' : undefined}
      onClick={() => props.onOpen()}
      on:options={byKeys(props.onOptions)}
      onContextMenu={byHand(props.onOptions)}
    >
      <Show when={props.icon}>{(name) => <Icon name={name()} class="row-icon" />}</Show>
      {props.start}
      <span class="row-text">
        <span class="row-title">{typeof props.title === 'string' ? <Cut>{props.title}</Cut> : props.title}</span>
        <Show when={props.detail !== undefined && props.detail !== null}>
          <span class="row-detail">{typeof props.detail === 'string' ? <Cut>{props.detail}</Cut> : props.detail}</span>
        </Show>
      </span>
      <Show when={props.end}>
        <span class="row-end">{props.end}</span>
      </Show>
    </button>
  );
}
