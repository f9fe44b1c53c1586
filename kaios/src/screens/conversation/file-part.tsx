// A file in a bubble: a picture, a voice message, or something to be saved; with its progress while it is on its way.

import { createEffect, createMemo, createResource, Match, onCleanup, Show, Switch, type JSX } from 'solid-js';
import { sameBytes } from '../../app/bytes';
import { layout } from '../../app/layout';
import { transfers } from '../../app/world';
import type { FileRow, MessageRow } from '../../engine/protocol';
import { t } from '../../i18n';
import { problemText } from '../../i18n/errors';
import { bytes, duration, percent } from '../../i18n/format';
import { Icon, type IconName } from '../../parts/icon';
import { blurred } from './blurhash';
import { content } from './content';
import { isPicture, isSound, openFile, type MessageActions } from './message-menu';
import { playing } from './voice-player';

interface FileProps {
  row: MessageRow;
  file: FileRow;
  actions: MessageActions;
}

const onTheWay = (props: FileProps): boolean =>
  props.file.state === 'coming' || (props.row.outgoing && props.row.delivery === 'queued');

/** How much of it has gone, between 0 and 1; null: that is not known. */
function part(file: FileRow): number | null {
  const known = transfers[file.id];
  const moved = known?.moved ?? file.moved;
  const total = known?.total ?? file.size;
  return moved !== null && total ? Math.min(1, moved / total) : null;
}

function Progress(props: FileProps): JSX.Element {
  let bar!: HTMLSpanElement;
  createEffect(() => {
    bar.style.transform = `scaleX(${String(part(props.file) ?? 0)})`;
  });
  return (
    <span
      class="progress"
      role="progressbar"
      aria-label={t(props.row.outgoing ? 'file.sending' : 'file.fetching')}
      aria-valuenow={Math.round((part(props.file) ?? 0) * 100)}
      aria-valuemin="0"
      aria-valuemax="100"
    >
      <span ref={bar} />
    </span>
  );
}

/** Where a file is, in words. */
function stateText(props: FileProps): string {
  const { file } = props;
  if (onTheWay(props)) {
    const done = part(file);
    const doing = t(props.row.outgoing ? 'file.sending' : 'file.fetching');
    return done === null ? doing : `${doing} ${percent(done)}`;
  }
  if (file.state === 'failed' && file.error) return problemText(file.error);
  const size = file.size === null ? '' : bytes(file.size);
  return file.state === 'here' ? size : [t('file.fetch'), size].filter(Boolean).join(' · ');
}

function Picture(props: FileProps): JSX.Element {
  let frame!: HTMLButtonElement;
  const [shown] = createResource(
    () => (props.file.state === 'here' ? props.file.id : null),
    (file) => content(props.row.id, file).catch(() => null),
  );
  // Each time that a message changes it comes with bytes of its own, and a picture shall not be drawn anew for that.
  const small = createMemo(() => props.file.preview, null, { equals: sameBytes });
  const preview = createMemo(() => {
    const bytes = small();
    if (bytes) {
      const address = URL.createObjectURL(new Blob([bytes.slice()], { type: 'image/jpeg' }));
      onCleanup(() => URL.revokeObjectURL(address));
      return address;
    }
    const { blurhash, width, height } = props.file;
    return blurhash ? blurred(blurhash, width ?? 32, height ?? 32) : null;
  });
  createEffect(() => {
    // The place is kept before the picture is there, so that nothing jumps.
    const { width, height } = props.file;
    const ratio = width && height ? Math.min(1.6, Math.max(0.4, height / width)) : 0.75;
    frame.style.paddingBottom = `${String(ratio * 100)}%`;
  });
  return (
    <button
      ref={frame}
      type="button"
      class="file-picture"
      tabindex={layout() === 'tiny' ? -1 : undefined}
      onClick={() => openFile(props.row, props.file)}
    >
      <span class="unseen">{t('file.picture', { name: props.file.description ?? props.file.name })}</span>
      <Show when={shown()?.address ?? preview()}>{(address) => <img src={address()} alt="" />}</Show>
      <Show when={props.file.state !== 'here' || onTheWay(props)}>
        <span class="file-over">
          <Icon name={onTheWay(props) ? 'close' : 'fetch'} />
          <span>{stateText(props)}</span>
        </span>
      </Show>
      <Show when={onTheWay(props)}>
        <Progress {...props} />
      </Show>
    </button>
  );
}

function Sound(props: FileProps): JSX.Element {
  const mine = () => {
    const now = playing();
    return now?.file === props.file.id ? now : null;
  };
  let bar!: HTMLSpanElement;
  createEffect(() => {
    const whole = props.file.durationMs ?? 0;
    const now = mine();
    bar.style.transform = `scaleX(${String(now && whole ? Math.min(1, now.at / whole) : 0)})`;
  });
  const icon = (): IconName => {
    if (onTheWay(props)) return 'close';
    if (props.file.state !== 'here') return 'fetch';
    const now = mine();
    return now && !now.paused ? 'pause' : 'play';
  };
  return (
    <span class="file-sound">
      <button
        type="button"
        class="round"
        tabindex={layout() === 'tiny' ? -1 : undefined}
        aria-label={t(icon() === 'pause' ? 'voice.pause' : icon() === 'play' ? 'voice.play' : icon() === 'close' ? 'file.cancel' : 'file.fetch')}
        onClick={() => openFile(props.row, props.file)}
      >
        <Icon name={icon()} />
      </button>
      <span class="sound-text">
        <span class="track">
          <span ref={bar} />
        </span>
        <span class="file-detail">
          {props.file.state === 'here' && !onTheWay(props)
            ? duration(mine()?.at || (props.file.durationMs ?? 0))
            : stateText(props)}
        </span>
      </span>
    </span>
  );
}

function Other(props: FileProps): JSX.Element {
  return (
    <button
      type="button"
      class="file-other"
      tabindex={layout() === 'tiny' ? -1 : undefined}
      onClick={() => openFile(props.row, props.file)}
    >
      <span class="round">
        <Icon name={onTheWay(props) ? 'close' : props.file.state === 'here' ? 'file' : 'fetch'} />
      </span>
      <span class="sound-text">
        <bdi class="file-name">{props.file.name}</bdi>
        <span class="file-detail">{stateText(props)}</span>
        <Show when={onTheWay(props)}>
          <Progress {...props} />
        </Show>
      </span>
    </button>
  );
}

export function FilePart(props: FileProps): JSX.Element {
  return (
    <Switch fallback={<Other {...props} />}>
      <Match when={isPicture(props.file)}>
        <Picture {...props} />
      </Match>
      <Match when={isSound(props.file)}>
        <Sound {...props} />
      </Match>
    </Switch>
  );
}
