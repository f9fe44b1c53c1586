// One message: its bubble, the day or the line above it, its reply, files, reactions and state.

import { createMemo, Index, Show, type JSX } from 'solid-js';
import { layout } from '../../app/layout';
import { nameOf } from '../../app/world';
import type { MessageRow } from '../../engine/protocol';
import { t } from '../../i18n';
import { failureText, sealedText } from '../../i18n/errors';
import { day, sameDay, time } from '../../i18n/format';
import { Icon, Sign } from '../../parts/icon';
import { openMenu, type Point } from '../../parts/overlays';
import { byHand, byKeys } from '../../parts/row';
import { IconButton } from '../../parts/screen';
import { DeliveryMark } from '../delivery-mark';
import { FilePart } from './file-part';
import { messageMenu, primary, type MessageActions } from './message-menu';
import { MessageText } from './text';

/** Messages of one person within this time stand closer together. */
const TOGETHER = 180_000;

export interface BubbleProps {
  row: MessageRow;
  before: MessageRow | undefined;
  /** The line of what is new stands above it. */
  firstUnread: boolean;
  /** The chat is encrypted: what is not, says so. */
  encrypted: boolean;
  actions: MessageActions;
}

/** Whoever carried it could read it. */
const isOpen = (row: MessageRow): boolean => row.encryption === 'none' && row.delivery !== 'queued' && !row.retracted;

const writer = (row: MessageRow): string => (row.outgoing ? t('message.you') : nameOf(row.account, row.from));

/** What a message says, for those who hear it; `when` it was is made into words once for both. */
function spoken(row: MessageRow, when: string): string {
  const parts = [writer(row)];
  if (row.retracted) parts.push(t('message.deleted'));
  else if (row.sealed) parts.push(sealedText(row.sealed));
  else {
    if (row.text) parts.push(row.text);
    row.files.forEach((file) => parts.push(file.description ?? file.name));
  }
  if (row.edited) parts.push(t('message.edited'));
  parts.push(when);
  if (row.outgoing) parts.push(t(`delivery.${row.delivery}`));
  row.reactions.forEach((reaction) => parts.push(reaction.emoji));
  return parts.join(', ');
}

function Quote(props: { row: MessageRow; actions: MessageActions }): JSX.Element {
  return (
    <button
      type="button"
      class="quote"
      tabindex={layout() === 'tiny' ? -1 : undefined}
      onClick={() => {
        const target = props.row.reply?.message ?? null;
        if (target !== null) props.actions.jump(target);
      }}
    >
      <span class="quote-name">
        {props.row.reply?.outgoing ? t('message.you') : nameOf(props.row.account, props.row.chat)}
      </span>
      <span class="quote-text" dir="auto">
        {props.row.reply?.preview || t('message.original')}
      </span>
    </button>
  );
}

function Reactions(props: { row: MessageRow; actions: MessageActions }): JSX.Element {
  const own = (from: string[]): boolean => from.includes(props.row.account);
  const who = (jid: string): string => (jid === props.row.account ? t('message.you') : nameOf(props.row.account, jid));
  return (
    <div class="reactions">
      <Index each={props.row.reactions}>
        {(reaction) => (
          <button
            type="button"
            class="reaction"
            classList={{ own: own(reaction().from) }}
            aria-pressed={own(reaction().from)}
            tabindex={layout() === 'tiny' ? -1 : undefined}
            onClick={() => props.actions.react(props.row, reaction().emoji)}
          >
            {reaction().emoji}
            <Show when={reaction().from.length > 1}>
              <span>{reaction().from.length}</span>
            </Show>
            <span class="unseen">{reaction().from.map((jid) => who(jid)).join(', ')}</span>
          </button>
        )}
      </Index>
    </div>
  );
}

/** Of a message that is gone or cannot be read: what is to be said of it. */
function Gone(props: { row: MessageRow }): JSX.Element {
  return (
    <span class="gone">
      <Icon name={props.row.retracted ? 'delete' : 'lock'} class="small" />
      {props.row.sealed ? sealedText(props.row.sealed) : t('message.deleted')}
    </span>
  );
}

function Failure(props: { row: MessageRow; actions: MessageActions }): JSX.Element {
  return (
    <p class="failure">
      <span>{props.row.error ? failureText(props.row.error) : ''}</span>{' '}
      <button
        type="button"
        class="link"
        tabindex={layout() === 'tiny' ? -1 : undefined}
        onClick={() => props.actions.retry(props.row)}
      >
        {t('message.retry')}
      </button>
    </p>
  );
}

/** What is in the bubble of a message, and what below it. */
const inside = (row: MessageRow): string =>
  row.retracted || row.sealed
    ? 'gone'
    : `${row.reply ? 'reply ' : ''}${row.files.length > 0 ? 'files ' : ''}${row.text ? (row.action ? 'action text' : 'text') : ''}`;
const below = (row: MessageRow): string => `${row.reactions.length > 0 ? 'reactions ' : ''}${row.error ? 'error' : ''}`;

/**
 * A message in its place. Of all that there can be, most have a text and a time alone: what is not there costs nothing, for rows are
 * drawn while somebody scrolls. Parts are made anew only when others are there, so that a picture does not flicker.
 */
export function Bubble(props: BubbleProps): JSX.Element {
  // Each part asks for the row once: Solid keeps whoever asks as often as it asks.
  const isNewDay = (): boolean => {
    const { row, before } = props;
    return !before || !sameDay(before.timeMs, row.timeMs);
  };
  const joined = (): boolean => {
    const { row, before, firstUnread } = props;
    const isNear = before?.outgoing === row.outgoing && row.timeMs - before.timeMs < TOGETHER;
    return isNear && !firstUnread && sameDay(before.timeMs, row.timeMs);
  };
  const when = createMemo(() => time(props.row.timeMs));
  const hasInside = createMemo(() => inside(props.row));
  const hasBelow = createMemo(() => below(props.row));
  const options = (at: Point | null): void => openMenu(t('options'), messageMenu(props.row, props.actions), at);
  const lines = (): JSX.Element => [
    isNewDay() && (
      <p class="day">
        <span>{day(props.row.timeMs)}</span>
      </p>
    ),
    props.row.gapBefore && <p class="gap">{t('chat.gap')}</p>,
    props.firstUnread && (
      <p class="unread-line">
        <span>{t('chat.unread')}</span>
      </p>
    ),
  ];
  const body = (): JSX.Element => {
    const has = hasInside();
    if (has === 'gone') return <Gone row={props.row} />;
    return [
      has.includes('reply') && <Quote row={props.row} actions={props.actions} />,
      has.includes('files') && (
        <Index each={props.row.files}>{(file) => <FilePart row={props.row} file={file()} actions={props.actions} />}</Index>
      ),
      has.includes('action') && <em class="action">{writer(props.row)} </em>,
      has.includes('text') && <MessageText text={props.row.text} spans={props.row.spans} />,
    ];
  };
  const foot = (): JSX.Element => {
    const { row } = props;
    const written = when();
    return [
      row.edited && !row.retracted && <span>{t('message.edited')}</span>,
      props.encrypted && isOpen(row) && <Sign icon="unlock" label={t('chat.open')} />,
      row.encryption !== 'none' && row.trust === 'undecided' && <Sign icon="warning" label={t('trust.undecided')} />,
      <time>{written}</time>,
      row.outgoing && !row.retracted && <DeliveryMark delivery={row.delivery} />,
    ];
  };
  const more = (): JSX.Element =>
    layout() !== 'tiny' && (
      <IconButton
        icon="more"
        class="message-more"
        label={t('options')}
        run={(event) => options({ x: event.clientX, y: event.clientY })}
      />
    );
  const under = (): JSX.Element => {
    const has = hasBelow();
    return [
      has.includes('reactions') && <Reactions row={props.row} actions={props.actions} />,
      has.includes('error') && <Failure row={props.row} actions={props.actions} />,
    ];
  };
  return (
    <div class="row-place" data-id={props.row.id}>
      {lines()}
      <div
        class="message"
        classList={{ own: props.row.outgoing, joined: joined(), failed: props.row.delivery === 'failed' }}
        role="article"
        tabindex="0"
        aria-label={spoken(props.row, when())}
        data-focus={`m ${String(props.row.id)}`}
        onClick={(event) => {
          // Enter, not the mouse: that has buttons to click on.
          if (event.detail === 0 && event.target === event.currentTarget) primary(props.row, props.actions);
        }}
        on:options={byKeys(options)}
        onContextMenu={byHand(options)}
      >
        <div class="bubble">
          {body()}
          <span class="foot">{foot()}</span>
        </div>
        {more()}
        {under()}
      </div>
    </div>
  );
}
