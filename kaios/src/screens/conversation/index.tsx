// A conversation: its rows, what is being written, and everything that can be done in it.

import { createMemo, createSignal, onCleanup, onMount, Show, type JSX } from 'solid-js';
import { beforeBack } from '../../app/leaving';
import { layout } from '../../app/layout';
import { go } from '../../app/router';
import { useSoftkeys } from '../../app/softkeys';
import { chatRow, contact, engine, nameOf } from '../../app/world';
import type { Timeline as Watched } from '../../engine/engine';
import type { MessageRow, TimelineSnapshot } from '../../engine/protocol';
import { focusOn } from '../../focus/keeper';
import { t } from '../../i18n';
import { Avatar } from '../../parts/avatar';
import { Icon } from '../../parts/icon';
import { chooseEmoji, openMenu } from '../../parts/overlays';
import { Empty, Screen } from '../../parts/screen';
import { attempt } from '../chat-menu';
import { Bubble } from './bubble';
import { Composer } from './composer';
import { createDraft } from './draft';
import { Find } from './find';
import { messageMenu, toggled, type MessageActions } from './message-menu';
import { screenMenu } from './screen-menu';
import { send } from './send';
import { Timeline, type TimelineControl } from './timeline';
import { stopVoice } from './voice-player';
import { dropRecording, recorded } from './voice-recorder';
import { Gate } from './gate';
import { followFocus, jumpTo } from './following';

/** How many rows are asked for at first, and then with each step into the past. */
const FIRST = 60;
const STEP = 100;

export function Conversation(props: {
  scope: string;
  account: string;
  chat: string;
  message: number | null;
}): JSX.Element {
  const { account, chat } = props;
  const [snapshot, setSnapshot] = createSignal<TimelineSnapshot>({
    account,
    chat,
    rows: [],
    complete: false,
    loading: true,
    typing: false,
  });
  const [finding, setFinding] = createSignal(false);
  const [focused, setFocused] = createSignal('');
  const [firstUnread, setFirstUnread] = createSignal<number | null>(null);
  const [over, setOver] = createSignal(false);
  const unread = chatRow(account, chat)?.unread ?? 0;
  const draft = createDraft(chatRow(account, chat)?.draft ?? '');
  const name = (): string => nameOf(account, chat);
  let control: TimelineControl | null = null;
  let asking = false;

  const watched: Watched = engine().timeline(account, chat, FIRST + unread, (next) => {
    if (snapshot().rows.length === 0 && next.rows.length > 0 && unread > 0) {
      const incoming = next.rows.filter((row) => !row.outgoing);
      setFirstUnread(incoming[Math.max(0, incoming.length - unread)]?.id ?? null);
    }
    setSnapshot(next);
  });
  onCleanup(() => {
    watched.stop();
    stopVoice();
  });

  function older(): void {
    if (asking) return;
    asking = true;
    void attempt(watched.loadOlder(STEP)).then(() => {
      asking = false;
    });
  }

  const jump = (id: number): void => {
    void jumpTo(id, () => control, snapshot, () => watched.loadOlder(STEP * 2));
  };

  /** The person sees the newest message. */
  function seen(): void {
    if (document.hidden || (chatRow(account, chat)?.unread ?? 0) === 0) return;
    engine().call('markRead', { account, chat }).catch(() => undefined);
  }
  document.addEventListener('visibilitychange', seen);
  onCleanup(() => document.removeEventListener('visibilitychange', seen));

  const actions: MessageActions = {
    reply: (row) => draft.reply(row),
    edit: (row) => draft.edit(row),
    jump,
    react: (row, emoji) => void attempt(engine().call('react', { message: row.id, emojis: toggled(row, emoji) })),
    retry: (row) => void attempt(engine().call('retry', { message: row.id })),
  };
  /** As the newest message went: how one goes that waits is not known yet. Null: none has gone. */
  const encrypted = createMemo(() => {
    const { rows } = snapshot();
    for (let at = rows.length - 1; at >= 0; at -= 1) {
      const row = rows[at];
      if (row && row.delivery !== 'queued') return row.encryption !== 'none';
    }
    return null;
  });

  async function sendNow(): Promise<void> {
    if (await send(account, chat, draft)) {
      setFirstUnread(null);
      control?.toEnd();
    }
  }

  const takeFiles = (files: File[]): void => {
    draft.setFiles([...draft.files(), ...files]);
    focusOn('composer');
  };

  // Asked for by each softkey, and looked for once: there may be thousands, and a key that is held goes through them.
  const current = createMemo((): MessageRow | undefined => {
    const id = focused().startsWith('m ') ? Number(focused().slice(2)) : null;
    return id === null ? undefined : snapshot().rows.find((row) => row.id === id);
  });

  const menu = () =>
    screenMenu({ account, chat, name: name(), draft, takeFiles, find: () => setFinding(true), control, firstUnread });

  async function emoji(): Promise<void> {
    const chosen = await chooseEmoji(t('chat.emoji'));
    if (chosen) draft.setText(draft.text() + chosen);
    focusOn('composer');
  }

  useSoftkeys(() => {
    if (recorded() !== null) {
      return { left: { label: t('cancel'), run: () => dropRecording() }, centre: { label: t('send'), run: () => void sendNow() } };
    }
    const row = current();
    const right = { label: t('options'), run: () => openMenu(row ? t('options') : name(), row ? [...messageMenu(row, actions), ...menu()] : menu()) };
    if (row) return { left: row.retracted || row.sealed ? null : { label: t('message.reply'), run: () => actions.reply(row) }, centre: { label: t('open') }, right };
    if (/^(tray |find |unblock$|accept$|decline$)/.test(focused())) return { centre: { label: t('select') }, right };
    const full = draft.text().trim() !== '' || draft.files().length > 0;
    return {
      left: { label: t('chat.emoji'), run: () => void emoji() },
      centre: full ? { label: t('send'), run: () => void sendNow() } : null,
      right,
    };
  });
  beforeBack(() => {
    if (!finding()) return false;
    setFinding(false);
    return true;
  });
  onMount(() => {
    followFocus(setFocused);
    if (props.message !== null) jump(props.message);
  });

  // By itself, or else the header would be made anew with each page of older messages.
  const typing = createMemo(() => snapshot().typing);
  const subtitle = (): JSX.Element => {
    if (typing()) return t('chat.typing');
    const availability = contact(account, chat)?.availability ?? 'offline';
    return (
      <>
        <Show when={encrypted() !== null}>
          <Icon name={encrypted() ? 'lock' : 'unlock'} class="small" />
          {t(encrypted() ? 'chat.encrypted' : 'chat.open')}
        </Show>
        <Show when={availability !== 'offline'}> · {t(`presence.${availability}`)}</Show>
      </>
    );
  };

  return (
    <Screen
      scope={props.scope}
      title={name()}
      subtitle={subtitle()}
      class={`conversation ${over() ? 'over' : ''}`}
      own
      start={<Avatar name={name()} jid={chat} hash={contact(account, chat)?.avatar ?? chatRow(account, chat)?.avatar} />}
      onTitle={() => go({ screen: 'contact', account, jid: chat })}
      actions={[
        { icon: 'search', label: t('chat.find'), run: () => setFinding(!finding()) },
        {
          icon: 'more',
          label: t('more'),
          run: (event) => openMenu(name(), menu(), { x: event.clientX, y: event.clientY + 12 }),
        },
      ]}
      above={
        <>
          <Show when={finding()}>
            <Find account={account} chat={chat} onShow={jump} onEnd={() => setFinding(false)} />
          </Show>
          <Gate account={account} chat={chat} />
        </>
      }
      below={
        <Show when={!contact(account, chat)?.blocked}>
          <Composer account={account} chat={chat} draft={draft} onSend={() => void sendNow()} onFiles={takeFiles} />
        </Show>
      }
    >
      <div
        class="drop"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          takeFiles(Array.from(event.dataTransfer?.files ?? []));
        }}
      >
        <Timeline
          rows={snapshot().rows}
          complete={snapshot().complete}
          loading={snapshot().loading}
          firstUnread={firstUnread()}
          label={name()}
          onOlder={older}
          onSeen={seen}
          control={(it) => (control = it)}
          row={(row, before) => (
            <Bubble
              row={row()}
              before={before()}
              firstUnread={row().id === firstUnread()}
              encrypted={!!encrypted()}
              actions={actions}
            />
          )}
          empty={<Empty icon="chat" title={t('chat.empty')} hint={t('chat.empty.hint')} />}
          typing={
            <Show when={typing()}>
              <p class="typing" role="status">
                <span class="typing-dots" aria-hidden="true">
                  <i />
                  <i />
                  <i />
                </span>
                {layout() === 'tiny' ? '' : `${name()} ${t('chat.typing')}`}
              </p>
            </Show>
          }
        />
        <Show when={over()}>
          <p class="drop-hint">{t('chat.drop')}</p>
        </Show>
      </div>
    </Screen>
  );
}
