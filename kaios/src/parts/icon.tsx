// The icons: our own, drawn as strokes on a grid of 24.

import type { JSX } from 'solid-js';

const PATHS = {
  add: 'M12 5v14M5 12h14',
  archive: 'M4 5h16v4H4zM6 9v10h12V9M10 13h4',
  attach: 'M19 11.5 12 18.4a4.6 4.6 0 0 1-6.5-6.5l7.6-7.5a3 3 0 0 1 4.3 4.3l-7.6 7.5a1.4 1.4 0 0 1-2-2l6.6-6.5',
  back: 'M15 5l-7 7 7 7',
  bell: 'M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 21h4',
  mute: 'M6 17V11a6 6 0 0 1 9-5.2M18 10v7M4.5 18.5H17M10 21h4M4 4l16 16',
  block: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM5.8 5.8l12.4 12.4',
  chat: 'M4 5h16v11H9l-5 4z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  checks: 'M2.5 12.5 7 17l8.5-9.5M12 16l1 1 8.5-9.5',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2',
  close: 'M6 6l12 12M18 6 6 18',
  code: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 18v2',
  contrast: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 3.5v17M15 5v14M18 7.5v9',
  copy: 'M8 8h12v12H8zM16 8V4H4v12h4',
  delete: 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5',
  device: 'M7 3h10v18H7zM11 18h2',
  down: 'M5 9l7 7 7-7',
  edit: 'M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19zM13.5 7l3.5 3.5',
  emoji: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM8 14c1 2 2.4 2.8 4 2.8s3-.8 4-2.8M9 9.5v.5M15 9.5v.5',
  fetch: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  globe: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17',
  info: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5.5M12 7.5v.5',
  link: 'M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.7 5.7L12 17',
  keys: 'M3 7h18v10H3zM7 10.3h.01M12 10.3h.01M17 10.3h.01M8 14h8',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  unlock: 'M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 6.5-1.8',
  mic: 'M12 3.5a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0V6A2.5 2.5 0 0 1 12 3.5zM6 11a6 6 0 0 0 12 0M12 17v4',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z',
  more: 'M12 5.2h.01M12 12h.01M12 18.8h.01',
  pause: 'M8 5v14M16 5v14',
  personAdd: 'M9.5 4.5a3.6 3.6 0 1 0 0 7.2 3.6 3.6 0 0 0 0-7.2zM2.5 20c.9-3.8 3.6-5.6 7-5.6s6.1 1.8 7 5.6M19 5.5v7M15.5 9h7',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5c1-4 4-6 7.5-6s6.5 2 7.5 6',
  camera: 'M4 8h4l1.5-2.5h5L16 8h4v11H4zM15.5 13.5a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0z',
  picture: 'M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9v.5',
  pin: 'M9 4h6l-1 6 3 3.5H7L10 10zM12 13.5V20',
  play: 'M8 5l11 7-11 7z',
  reply: 'M10 6 4 12l6 6M4 12h10c4 0 6 2 6 6',
  retry: 'M19 12a7 7 0 1 1-2-5M19 4v4h-4',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20 20',
  send: 'M4 4.5 20.5 12 4 19.5l2.5-7.5zM6.5 12H14',
  settings:
    'M12 8.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM12 3.5v2.5M12 18v2.5M3.5 12H6M18 12h2.5M6 6l1.8 1.8M16.2 16.2 18 18M18 6l-1.8 1.8M7.8 16.2 6 18',
  share: 'M12 15V4M8 7.5 12 4l4 3.5M5 12v8h14v-8',
  shield: 'M12 3.5l7 2.5v5.5c0 4.5-3 7.5-7 9-4-1.5-7-4.5-7-9V6zM9 12l2.2 2.2L15.5 10',
  signOut: 'M13 4H5v16h8M10 12h10M16.5 8.5 20 12l-3.5 3.5',
  stop: 'M7 7h10v10H7z',
  storage: 'M4 6c0-1.5 3.6-2.5 8-2.5s8 1 8 2.5-3.6 2.5-8 2.5S4 7.5 4 6zM4 6v12c0 1.5 3.6 2.5 8 2.5s8-1 8-2.5V6M4 12c0 1.5 3.6 2.5 8 2.5s8-1 8-2.5',
  text: 'M5 6h14M12 6v13M9 19h6',
  up: 'M5 15l7-7 7 7',
  warning: 'M12 4 2.5 20h19zM12 10v5M12 17.3v.4',
} as const;

export type IconName = keyof typeof PATHS;

/** Icons that point the way of the writing. */
const TURNS: IconName[] = ['back', 'reply', 'send', 'signOut'];

export function Icon(props: { name: IconName; class?: string }): JSX.Element {
  return (
    <svg
      class={`icon ${props.class ?? ''}`}
      classList={{ turns: TURNS.includes(props.name), dots: props.name === 'more' }}
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      <path d={PATHS[props.name]} />
    </svg>
  );
}

/**
 * A small icon that says something by itself, and what it says. It is made in one piece, not by `Icon`: a conversation has many, and
 * so made, a quarter as many frames were too long while it was scrolled (tests/bench/RESULTS.md).
 */
export function Sign(props: { icon: IconName; label: string; class?: string }): JSX.Element {
  return (
    <span class={props.class} role="img" aria-label={props.label}>
      <svg class="icon small" viewBox="0 0 24 24" aria-hidden="true">
        <path d={PATHS[props.icon]} />
      </svg>
    </span>
  );
}

/** The stone: what Larimar looks like. */
export function Stone(props: { class?: string }): JSX.Element {
  return (
    <svg class={props.class} viewBox="0 0 64 64" aria-hidden="true">
      <path class="stone-0" d="M33 5c16 0 28 10.5 28 25S49 55 33 55c-4 0-7.8-.6-11.2-1.9C17.5 56.5 12.5 59 6.5 59.5c3-3.5 5-7.5 5.3-12C7.2 43 5 37 5 30 5 15.5 17 5 33 5z" />
      <path class="stone-1" d="M8.5 24C11.5 14 21 8 33 8c9 0 17 4 21.5 10-5.5 5-12-1.5-20 1.5S18 30 8.5 24z" />
      <path class="stone-2" d="M36 20c8-3 14 3 21 .5 1 3 1.4 6 1.2 9-7 6-13-1-21 3-9 4.5-18 1-28.8-.5-.2-2 0-4 .4-6 9 4 18.5-3 27.2-6z" />
      <path class="stone-3" d="M9 38c9-2.5 18 4 29 0 8-3 13 1 19-3-3 10-13 17-24 17-4 0-8-.7-11.5-2-2 1.5-4 2.7-6 3.6 1-2.6 1.3-5.2.3-7.6C13 44 10.5 41.5 9 38z" />
      <path class="stone-vein" d="M9 25c10 4.5 17-3 25.5-5.6S48 20 56.5 19M8.6 34c11 2 19 4.5 28.6.5s13.5 1.5 20.5-3.5M22 27c2 5 7 6 8 13s5 8 6 12M44 20c-2 5 2 8 1 14" />
      <path class="stone-light" d="M14 19c4-5.5 10-8 16-8.5" />
    </svg>
  );
}
