// The list of chats: the newest first, the pinned ones on top.

import { createEffect, createMemo, For, Show, type JSX } from 'solid-js';
import { layout } from '../app/layout';
import { go, openChat, place } from '../app/router';
import { useSoftkeys } from '../app/softkeys';
import { accounts, chats, requests } from '../app/world';
import type { ChatRow } from '../engine/protocol';
import { remembered } from '../focus/keeper';
import { t, tn } from '../i18n';
import { shortly } from '../i18n/format';
import { Avatar } from '../parts/avatar';
import { growing } from '../parts/growing';
import { Icon } from '../parts/icon';
import { openMenu, type MenuItem, type Point } from '../parts/overlays';
import { Cut, Row } from '../parts/row';
import { Button, Empty, Screen } from '../parts/screen';
import { trouble } from './account-state';
import { chatMenu } from './chat-menu';
import { DeliveryMark } from './delivery-mark';
import { previewText } from './preview';

/** A chat's name for the focus. */
const keyOf = (row: ChatRow): string => `chat ${String(row.id)}`;

function Line(props: { row: ChatRow; first: boolean }): JSX.Element {
  const shown = (): boolean => {
    const front = place();
    return layout() === 'wide' && front.screen === 'chat' && front.chat === props.row.chat && front.account === props.row.account;
  };
  const detail = (): JSX.Element => (
    <Show
      when={props.row.draft}
      fallback={
        <>
          <Show when={props.row.outgoing && props.row.timeMs > 0}>
            <DeliveryMark delivery={props.row.delivery} />
          </Show>
          <Show when={props.row.file !== null}>
            <Icon name={props.row.file?.startsWith('image/') ? 'picture' : props.row.file?.startsWith('audio/') ? 'mic' : 'file'} class="small" />
          </Show>
          <Cut>{previewText(props.row)}</Cut>
        </>
      }
    >
      <span class="draft">{t('chats.draft')}</span>
      <Cut>{props.row.draft}</Cut>
    </Show>
  );
  return (
    <Row
      key={keyOf(props.row)}
      start={<Avatar name={props.row.name} jid={props.row.chat} hash={props.row.avatar} />}
      title={
        <>
          <Cut strong>{props.row.name}</Cut>
          <Show when={props.row.timeMs > 0}>
            <time class="when">{shortly(props.row.timeMs)}</time>
          </Show>
        </>
      }
      detail={
        <>
          <span class="preview">{detail()}</span>
          <Show when={props.row.muted}>
            <Icon name="mute" class="small" />
          </Show>
          <Show when={props.row.pinned}>
            <Icon name="pin" class="small" />
          </Show>
          <Show when={props.row.unread > 0}>
            <span class="badge" classList={{ faint: props.row.muted }} aria-hidden="true">
              {props.row.unread > 99 ? '99+' : props.row.unread}
            </span>
            <span class="unseen">{tn('chats.unread', props.row.unread)}</span>
          </Show>
        </>
      }
      selected={shown()}
      autofocus={props.first}
      onOpen={() => openChat(props.row.account, props.row.chat)}
      onOptions={(at) => openMenu(props.row.name, chatMenu(props.row), at)}
    />
  );
}

/** Those who ask to be contacts, in words; null: nobody does. */
const asked = (): string | null => (requests().length > 0 ? tn('chats.requests', requests().length) : null);

const openRequests = (): void => go({ screen: 'requests' });

/** Where an account that cannot sign in is helped. */
const mend = (account: string): void => go({ screen: 'profile', account });

function mainMenu(): MenuItem[] {
  const first = accounts()[0];
  const it = trouble();
  return [
    ...(it?.waits ? [{ label: it.text, icon: 'warning' as const, danger: true, run: () => mend(it.account) }] : []),
    { label: t('chats.new'), icon: 'edit', run: () => go({ screen: 'new' }) },
    { label: t('search'), icon: 'search', run: () => go({ screen: 'search' }) },
    { label: t('chats.archived'), icon: 'archive', run: () => go({ screen: 'chats', archived: true }) },
    // It is always here, so that a request moves no other entry.
    { label: asked() ?? t('requests.title'), icon: 'personAdd', run: openRequests },
    ...(first
      ? [{ label: t('profile.title'), icon: 'person', run: () => go({ screen: 'profile', account: first.account }) }]
      : []),
    { label: t('welcome.invite'), icon: 'link', run: () => go({ screen: 'invite' }) },
    { label: t('settings.title'), icon: 'settings', run: () => go({ screen: 'settings' }) },
  ];
}

/** The chat that has the focus. */
function focused(): ChatRow | undefined {
  const key = (document.activeElement as HTMLElement | null)?.dataset.focus;
  return chats.rows.find((row) => key === keyOf(row));
}

function options(at: Point | null): void {
  const row = focused();
  const own: MenuItem[] = row ? chatMenu(row) : [];
  openMenu(t('options'), [...mainMenu(), ...(at ? [] : own)], at);
}

export function Chats(props: { scope: string; archived: boolean }): JSX.Element {
  useSoftkeys(() => ({
    left: props.archived ? null : { label: t('new'), run: () => go({ screen: 'new' }) },
    centre: { label: t('open') },
    right: { label: t('options'), run: () => options(null) },
  }));
  const rows = createMemo(() => chats.rows.filter((row) => row.archived === props.archived));
  const drawn = growing(rows, () => rows().findIndex((row) => keyOf(row) === remembered(props.scope)));
  return (
    <Screen
      scope={props.scope}
      title={t(props.archived ? 'chats.archived' : 'chats.title')}
      root={!props.archived}
      class="chats"
      actions={
        props.archived
          ? []
          : [
              { icon: 'search', label: t('search'), run: () => go({ screen: 'search' }) },
              { icon: 'edit', label: t('chats.new'), run: () => go({ screen: 'new' }) },
              {
                icon: 'more',
                label: t('more'),
                run: (event) => openMenu(t('more'), mainMenu().filter((item) => item.icon !== 'edit' && item.icon !== 'search'), { x: event.clientX, y: event.clientY + 12 }),
              },
            ]
      }
      waiting={props.archived ? undefined : <Requests />}
      below={props.archived ? undefined : <Connection />}
    >
      <For
        each={drawn()}
        fallback={
          <Show when={chats.loaded}>
            <Empty
              icon={props.archived ? 'archive' : 'chat'}
              title={t(props.archived ? 'chats.archived.empty' : 'chats.empty')}
              hint={t(props.archived ? 'chats.archived.empty.hint' : 'chats.empty.hint')}
            >
              <Show when={!props.archived}>
                <Button key="new" label={t('chats.new')} run={() => go({ screen: 'new' })} />
              </Show>
            </Empty>
          </Show>
        }
      >
        {(row, index) => <Line row={row} first={index() === 0} />}
      </For>
    </Screen>
  );
}

/**
 * How the connection stands, and an account that cannot sign in. Both come and go by themselves, so they stand below the list, where
 * they move nothing. Who goes by keys need not go to the list's end: what is to be done is in the menu too.
 */
function Connection(): JSX.Element {
  createEffect(() => {
    // It may have come over what has the focus.
    if (trouble()) document.activeElement?.scrollIntoView({ block: 'nearest' });
  });
  return (
    <div role="status">
      <Show when={trouble()}>
        {(it) => (
          <Show when={it().waits} fallback={<p class="notice">{it().text}</p>}>
            <div class="waiting">
              <Row key="trouble" icon="warning" danger title={it().account} detail={it().text} onOpen={() => mend(it().account)} />
            </div>
          </Show>
        )}
      </Show>
    </div>
  );
}

/** How many ask to be contacts. They come by themselves, so the header tells of them, where there is room for that at all times. */
function Requests(): JSX.Element {
  return (
    <div role="status">
      <Show when={asked()}>
        {(words) => (
          <button type="button" class="asked" data-focus="requests" title={words()} onClick={openRequests}>
            <Icon name="personAdd" class="small" />
            <span aria-hidden="true">{requests().length > 99 ? '99+' : requests().length}</span>
            <span class="unseen">{words()}</span>
          </button>
        )}
      </Show>
    </div>
  );
}
