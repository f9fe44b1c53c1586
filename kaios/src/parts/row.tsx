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

/** Handlers for whatever can be asked for its options. */
export function optionHandlers(run: ((at: Point | null) => void) | undefined): {
  'on:options'?: (event: Event) => void;
  onContextMenu?: (event: MouseEvent) => void;
} {
  if (!run) return {};
  return {
    'on:options': (event) => {
      event.preventDefault();
      event.stopPropagation();
      run(null);
    },
    onContextMenu: (event) => {
      event.preventDefault();
      // A long press on a touch screen comes here as well, without a mouse to stand at.
      run(matchMedia('(pointer: coarse)').matches ? null : { x: event.clientX, y: event.clientY });
    },
  };
}

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
      {...optionHandlers(props.onOptions && ((at) => props.onOptions?.(at)))}
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
