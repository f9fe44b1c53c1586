// Choosing whom to write to: a contact by name, or anybody by address.

import { createMemo, createSignal, For, Show, type JSX } from 'solid-js';
import { openChat } from '../app/router';
import { useSoftkeys } from '../app/softkeys';
import { accounts, contactsOf } from '../app/world';
import { errorOf } from '../engine/engine';
import type { ContactRow } from '../engine/protocol';
import { remembered } from '../focus/keeper';
import { t } from '../i18n';
import { errorText } from '../i18n/errors';
import { Avatar } from '../parts/avatar';
import { Field } from '../parts/field';
import { growing } from '../parts/growing';
import { Cut, Row } from '../parts/row';
import { Empty, Screen } from '../parts/screen';
import { addressOf } from './address';
import { chooseAccount } from './choose-account';
import { matching } from './matching';

type Found = ContactRow & { account: string };

/** A contact's name for the focus. */
const keyOf = (row: Found): string => `contact ${row.account} ${row.jid}`;

const looksLikeAddress = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text.trim());

export function NewChat(props: { scope: string }): JSX.Element {
  const [words, setWords] = createSignal('');
  const [error, setError] = createSignal<string | null>(null);
  const all = createMemo(() =>
    accounts().flatMap(({ account }) => contactsOf(account).filter((row) => !row.blocked).map((row) => ({ ...row, account }))),
  );
  const found = createMemo(() => matching(all(), words()));
  const drawn = growing(found, () => found().findIndex((row) => keyOf(row) === remembered(props.scope)));
  const address = (): string => words().trim().toLowerCase();
  const stranger = (): boolean => looksLikeAddress(words()) && !found().some((row) => row.jid === address());

  async function write(): Promise<void> {
    setError(null);
    try {
      const chat = await addressOf(words());
      const account = await chooseAccount();
      if (account) openChat(account, chat);
    } catch (thrown) {
      setError(errorText(errorOf(thrown)));
    }
  }

  const open = (row: Found): void => openChat(row.account, row.jid);
  useSoftkeys(() => ({ centre: { label: t('open') } }));

  return (
    <Screen
      scope={props.scope}
      title={t('chats.new')}
      above={
        <form
          class="bar-form"
          onSubmit={(event) => {
            event.preventDefault();
            const only = found().length === 1 ? found()[0] : undefined;
            if (stranger()) void write();
            else if (only) open(only);
          }}
        >
          <Field
            key="find"
            label={t('new.find')}
            kind="email"
            value={words()}
            error={error()}
            autofocus
            onInput={(text) => {
              setError(null);
              setWords(text);
            }}
          />
        </form>
      }
    >
      <Show when={stranger()}>
        <Row key="stranger" icon="edit" title={t('new.writeTo', { address: address() })} onOpen={() => void write()} />
      </Show>
      <For
        each={drawn()}
        fallback={
          <Show when={!stranger()}>
            <Empty
              icon="person"
              title={all().length === 0 ? t('new.empty') : t('chat.notFound')}
              hint={all().length === 0 ? t('new.empty.hint') : t('new.none')}
            />
          </Show>
        }
      >
        {(row) => (
          <Row
            key={keyOf(row)}
            start={<Avatar name={row.name} jid={row.jid} hash={row.avatar} />}
            title={<Cut strong>{row.name}</Cut>}
            detail={row.asked ? t('contact.waiting') : <Cut>{row.status ?? row.jid}</Cut>}
            end={<span class={`presence ${row.availability}`} role="img" aria-label={t(`presence.${row.availability}`)} />}
            onOpen={() => open(row)}
          />
        )}
      </For>
    </Screen>
  );
}
