// Searching everything: chats by name, messages by their words.

import { createEffect, createMemo, createSignal, For, on, onCleanup, Show, type JSX } from 'solid-js';
import { layout } from '../app/layout';
import { openChat } from '../app/router';
import { useSoftkeys } from '../app/softkeys';
import { chatRow, chats, engine, nameOf } from '../app/world';
import type { MessageRow } from '../engine/protocol';
import { t } from '../i18n';
import { shortly } from '../i18n/format';
import { Avatar } from '../parts/avatar';
import { Cut, Row } from '../parts/row';
import { Empty, Screen, Section } from '../parts/screen';
import { excerpt, matching } from './matching';

const MOST = 60;

function Found(props: { row: MessageRow; words: string }): JSX.Element {
  const name = nameOf(props.row.account, props.row.chat);
  const part = createMemo(() => excerpt(props.row.text, props.words));
  return (
    <Row
      key={`found ${String(props.row.id)}`}
      start={<Avatar name={name} jid={props.row.chat} hash={chatRow(props.row.account, props.row.chat)?.avatar} />}
      title={
        <>
          <Cut strong>{name}</Cut>
          <time class="when">{shortly(props.row.timeMs)}</time>
        </>
      }
      detail={
        <Cut>
          {props.row.outgoing ? `${t('chats.you')} ` : ''}
          {part().before}
          <mark>{part().hit}</mark>
          {part().after}
        </Cut>
      }
      onOpen={() => openChat(props.row.account, props.row.chat, props.row.id)}
    />
  );
}

export function Search(props: { scope: string; words: string }): JSX.Element {
  const [words, setWords] = createSignal(props.words);
  const [found, setFound] = createSignal<MessageRow[] | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  const rows = createMemo(() =>
    words().trim() === ''
      ? []
      : matching(
          chats.rows.map((row) => ({ row, jid: row.chat, name: row.name })),
          words(),
        ),
  );

  async function search(): Promise<void> {
    const query = words().trim();
    if (query === '') {
      setFound(null);
      return;
    }
    const messages = await engine().call('search', { query, limit: MOST }).catch(() => []);
    if (query === words().trim()) setFound(messages);
  }
  createEffect(
    on(words, () => {
      clearTimeout(timer);
      timer = setTimeout(() => void search(), 200);
    }),
  );
  useSoftkeys(() => ({ centre: { label: t('open') } }));
  const nothing = (): boolean => found()?.length === 0 && rows().length === 0;
  return (
    <Screen
      scope={props.scope}
      title={t('search.title')}
      above={
        <form class="bar-form" role="search" onSubmit={(event) => event.preventDefault()}>
          <input
            type="text"
            inputmode="search"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            data-focus="words"
            data-autofocus
            aria-label={t('search.words')}
            placeholder={layout() === 'tiny' ? '' : t('search.words')}
            value={words()}
            onInput={(event) => setWords(event.currentTarget.value)}
          />
        </form>
      }
    >
      <Show when={words().trim() === ''}>
        <Empty icon="search" title={t('search.title')} hint={t('search.hint')} />
      </Show>
      <Show when={nothing()}>
        <Empty icon="search" title={t('chat.notFound')} hint={t('search.none')} />
      </Show>
      <Show when={rows().length > 0}>
        <Section title={t('search.chats')}>
          <For each={rows()}>
            {({ row }) => (
              <Row
                key={`chat ${String(row.id)}`}
                start={<Avatar name={row.name} jid={row.chat} hash={row.avatar} />}
                title={<Cut strong>{row.name}</Cut>}
                detail={<Cut>{row.chat}</Cut>}
                onOpen={() => openChat(row.account, row.chat)}
              />
            )}
          </For>
        </Section>
      </Show>
      <Show when={(found()?.length ?? 0) > 0}>
        <Section title={t('search.messages')}>
          <For each={found() ?? []}>{(row) => <Found row={row} words={words()} />}</For>
        </Section>
      </Show>
    </Screen>
  );
}
