// Signing in: an address and a password. Where the server listens is asked for only if it was not found.

import { createSignal, Show, type JSX } from 'solid-js';
import { restart } from '../app/router';
import { useSoftkeys } from '../app/softkeys';
import { engine, refreshAccounts } from '../app/world';
import { errorOf, plainSetup } from '../engine/engine';
import type { EngineError } from '../engine/protocol';
import { t } from '../i18n';
import { errorText } from '../i18n/errors';
import { Field, FormError } from '../parts/field';
import { Button, Screen } from '../parts/screen';
import { addressOf } from './address';
import { listensAt } from './server-address';
import { isAboutServer, ServerField, wantsServer } from './server-field';
import { settled } from './settled';

/** What can be wrong with an address. */
const ADDRESS: EngineError['kind'][] = ['badAddress', 'serverNotFound', 'accountExists', 'accountDisabled'];

export function SignIn(props: { scope: string; jid: string }): JSX.Element {
  const [jid, setJid] = createSignal(props.jid);
  const [password, setPassword] = createSignal('');
  const [server, setServer] = createSignal('');
  const [asksServer, setAsksServer] = createSignal(false);
  const [error, setError] = createSignal<EngineError | null>(null);
  const [busy, setBusy] = createSignal(false);

  /** Which part of the form is wrong. */
  const wrongPart = (): 'address' | 'password' | 'server' | 'form' => {
    const wrong = error();
    if (wrong?.kind === 'wrongPassword') return 'password';
    if (wrong?.kind === 'badValue') return isAboutServer(wrong) ? 'server' : 'address';
    return wrong && ADDRESS.includes(wrong.kind) ? 'address' : 'form';
  };
  const about = (part: ReturnType<typeof wrongPart>): string | null => {
    const wrong = error();
    return wrong && wrongPart() === part ? errorText(wrong) : null;
  };

  async function signIn(): Promise<void> {
    if (busy()) return;
    setBusy(true);
    setError(null);
    try {
      const address = await addressOf(jid());
      const setup = { ...plainSetup(address, password()), ...listensAt(server()) };
      const known = (await engine().call('accounts', {})).some((row) => row.account === address);
      // An account that waits for a better password, or for its server, is here already.
      const outcome = settled(address);
      if (known) {
        if (setup.server ?? setup.websocket) await engine().call('setConnection', { account: address, setup });
        await engine().call('setPassword', { account: address, password: password() });
      } else {
        await engine().call('addAccount', { setup });
      }
      const wrong = await outcome;
      await refreshAccounts();
      if (!wrong) {
        restart({ screen: 'chats' });
        return;
      }
      setError(wrong);
      if (wantsServer(wrong)) setAsksServer(true);
    } catch (thrown) {
      setError(errorOf(thrown));
    } finally {
      setBusy(false);
    }
  }

  useSoftkeys(() => ({ centre: busy() ? null : { label: t('signIn.title') } }));

  return (
    <Screen scope={props.scope} title={t('signIn.title')} class="form-screen">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void signIn();
        }}
      >
        <Field
          key="address"
          label={t('signIn.address')}
          hint={t('signIn.address.hint')}
          kind="email"
          complete="username"
          value={jid()}
          error={about('address')}
          autofocus={!props.jid}
          onInput={setJid}
        />
        <Field
          key="password"
          label={t('signIn.password')}
          kind="password"
          complete="current-password"
          value={password()}
          error={about('password')}
          autofocus={!!props.jid}
          onInput={setPassword}
        />
        <Show when={asksServer()}>
          <ServerField key="server" value={server()} error={error()} onInput={setServer} />
        </Show>
        <FormError text={about('form')} />
        <Button key="go" label={t(busy() ? 'signIn.busy' : 'signIn.title')} submit busy={busy()} />
      </form>
    </Screen>
  );
}
