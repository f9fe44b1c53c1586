// Opening an invitation: a link leads to a new account, or to a new contact.

import { createSignal, type JSX } from 'solid-js';
import { go, openChat, replace } from '../app/router';
import { useSoftkeys } from '../app/softkeys';
import { accounts, engine } from '../app/world';
import { errorOf } from '../engine/engine';
import type { Scanned } from '../engine/protocol';
import { t } from '../i18n';
import { errorText } from '../i18n/errors';
import { Field } from '../parts/field';
import { ask } from '../parts/overlays';
import { Button, Screen } from '../parts/screen';
import { chooseAccount } from './choose-account';
import { addressIn } from './invite-link';

export function Invite(props: { scope: string }): JSX.Element {
  const [link, setLink] = createSignal('');
  const [error, setError] = createSignal<string | null>(null);

  async function follow(scanned: Scanned): Promise<void> {
    const { action, address } = scanned;
    const domain = address.split('@').pop() ?? address;
    if (action.kind === 'register') {
      replace({ screen: 'register', domain, token: action.preauth ?? undefined });
    } else if (accounts().length === 0) {
      // Nobody is signed in: an invitation of a person whose server takes new accounts brings one along.
      if (action.kind === 'roster' && action.registers) {
        replace({ screen: 'register', domain, token: action.preauth ?? undefined });
      } else {
        go({ screen: 'signIn' });
      }
    } else if (address.includes('@') && action.kind !== 'join') {
      const account = await chooseAccount();
      if (!account) return;
      if (action.kind === 'roster' || action.kind === 'subscribe') {
        const name = (action.kind === 'roster' && action.name) || null;
        const shown = name ?? address;
        if (!(await ask(t('contact.add'), t('invite.contact', { name: shown }), t('accept')))) return;
        await engine().call('addContact', { account, jid: address, name, groups: [] });
      }
      openChat(account, address);
    } else {
      setError(t('invite.unknown'));
    }
  }

  async function open(): Promise<void> {
    setError(null);
    try {
      await follow(await engine().call('readUri', { text: addressIn(link()) }));
    } catch (thrown) {
      const wrong = errorOf(thrown);
      setError(wrong.kind === 'badValue' ? t('invite.unknown') : errorText(wrong));
    }
  }

  useSoftkeys(() => ({ centre: { label: t('open') } }));

  return (
    <Screen scope={props.scope} title={t('invite.title')} class="form-screen">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void open();
        }}
      >
        <Field
          key="link"
          label={t('invite.link')}
          hint={t('invite.link.hint')}
          kind="url"
          value={link()}
          error={error()}
          autofocus
          onInput={setLink}
        />
        <Button key="go" label={t('open')} submit />
      </form>
    </Screen>
  );
}
