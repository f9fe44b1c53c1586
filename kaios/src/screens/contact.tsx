// Somebody: picture, what they say of themselves, and what can be done.

import { createResource, For, Show, type JSX } from 'solid-js';
import { go, openChat } from '../app/router';
import { useSoftkeys } from '../app/softkeys';
import { chatRow, contact, engine, nameOf } from '../app/world';
import { chatSettings } from '../engine/engine';
import type { ChatEncryption } from '../engine/protocol';
import { t } from '../i18n';
import { Avatar } from '../parts/avatar';
import { Icon } from '../parts/icon';
import { ask, choose } from '../parts/overlays';
import { Row } from '../parts/row';
import { Screen } from '../parts/screen';
import { attempt, mute } from './chat-menu';
import { openLink } from './conversation/text';

/** What somebody says of themselves. */
function Facts(props: { account: string; jid: string; name: string }): JSX.Element {
  const [profile] = createResource(
    () => ({ account: props.account, jid: props.jid }),
    (person) => engine().call('profile', person).catch(() => null),
  );
  const lines = (): string[] => {
    const it = profile();
    if (!it) return [];
    const work = [it.title, it.organisation].filter(Boolean).join(', ');
    // Name and address stand above already.
    const fullName = it.fullName === props.name ? null : it.fullName;
    return [fullName, work, ...it.emails.filter((mail) => mail !== props.jid), ...it.phones, it.note].filter((line): line is string => !!line);
  };
  return (
    <>
      <Show when={lines().length > 0}>
        <div class="facts-card">
          <Icon name="info" class="row-icon" />
          <div class="grow">
            <For each={lines()}>{(line) => <p dir="auto">{line}</p>}</For>
          </div>
        </div>
      </Show>
      <For each={profile()?.urls}>
        {(url) => <Row key={url} icon="link" title={url} onOpen={() => void openLink(url)} />}
      </For>
    </>
  );
}

export function Contact(props: { scope: string; account: string; jid: string }): JSX.Element {
  const { account, jid } = props;
  const person = { account, jid };
  const row = () => contact(account, jid);
  const chat = () => chatRow(account, jid);
  const name = (): string => nameOf(account, jid);
  const known = (): boolean => (row()?.subscription ?? 'none') !== 'none' || !!row()?.asked;
  useSoftkeys(() => ({ centre: { label: t('select') } }));

  async function block(): Promise<void> {
    const on = !row()?.blocked;
    if (on && !(await ask(t('contact.block'), t('contact.block.ask', { name: name() }), t('contact.block'), true))) return;
    await attempt(engine().call('block', { ...person, on }));
  }

  async function remove(): Promise<void> {
    if (!(await ask(t('contact.remove'), t('contact.remove.ask', { name: name() }), t('remove'), true))) return;
    await attempt(engine().call('removeContact', person));
  }

  const chosenNow = (): ChatEncryption => chat()?.chosen ?? 'automatic';

  async function encryption(): Promise<void> {
    const options: ChatEncryption[] = ['automatic', 'always', 'never'];
    const chosen = await choose<ChatEncryption>(
      t('contact.encryption'),
      options.map((it) => [it, t(`encryption.${it}`)]),
      chosenNow(),
    );
    if (chosen) await attempt(engine().call('setChat', { account, chat: jid, settings: chatSettings({ encryption: chosen }) }));
  }

  const unmute = (): void =>
    void attempt(engine().call('setChat', { account, chat: jid, settings: chatSettings({ mutedUntilMs: 0 }) }));

  return (
    <Screen scope={props.scope} title={name()} class="contact">
      <div class="hero">
        <Avatar name={name()} jid={jid} hash={row()?.avatar ?? chat()?.avatar} large />
        <p class="hero-name">
          <bdi>{name()}</bdi>
        </p>
        <p class="hero-detail">
          <bdi>{jid}</bdi>
        </p>
        <p class="hero-detail">
          <Show when={!row()?.asked} fallback={t('contact.waiting')}>
            {t(`presence.${row()?.availability ?? 'offline'}`)}
            <Show when={row()?.status}>
              {' · '}
              <bdi>{row()?.status}</bdi>
            </Show>
          </Show>
        </p>
      </div>
      <Row key="write" icon="chat" title={t('contact.write')} onOpen={() => openChat(account, jid)} />
      <Facts account={account} jid={jid} name={name()} />
      <Row key="files" icon="picture" title={t('contact.files')} onOpen={() => go({ screen: 'shared', account, jid })} />
      <Row key="security" icon="shield" title={t('contact.security')} onOpen={() => go({ screen: 'security', account, jid })} />
      <Row key="encryption" icon="lock" title={t('contact.encryption')} detail={t(`encryption.${chosenNow()}`)} onOpen={() => void encryption()} />
      <Row
        key="mute"
        icon={chat()?.muted ? 'bell' : 'mute'}
        title={t(chat()?.muted ? 'chats.unmute' : 'chats.mute')}
        onOpen={() => (chat()?.muted ? unmute() : void mute(account, jid))}
      />
      <Show
        when={known()}
        fallback={
          <Row
            key="add"
            icon="add"
            title={t('contact.add')}
            onOpen={() => void attempt(engine().call('addContact', { ...person, name: null, groups: [] }))}
          />
        }
      >
        <Row key="remove" icon="delete" danger title={t('contact.remove')} onOpen={() => void remove()} />
      </Show>
      <Row
        key="block"
        icon="block"
        danger={!row()?.blocked}
        title={t(row()?.blocked ? 'contact.unblock' : 'contact.block')}
        onOpen={() => void block()}
      />
    </Screen>
  );
}
