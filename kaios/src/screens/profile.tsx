// The account's own person: name, picture, code and link; its password, and the ways out.

import { createResource, createSignal, Show, type JSX } from 'solid-js';
import { go, restart } from '../app/router';
import { useSoftkeys } from '../app/softkeys';
import { account as accountRow, accounts, engine, refreshAccounts } from '../app/world';
import { t } from '../i18n';
import { Avatar } from '../parts/avatar';
import { ask, prompt, toast } from '../parts/overlays';
import { Cut, Row } from '../parts/row';
import { Screen } from '../parts/screen';
import { stateText } from './account-state';
import { attempt } from './chat-menu';
import { pickFiles } from './conversation/composer';
import { square } from './square';
import { shareOwn } from './code';

export function Profile(props: { scope: string; account: string }): JSX.Element {
  const { account } = props;
  const [profile, { mutate }] = createResource(
    () => account,
    (jid) => engine().call('profile', { account, jid }).catch(() => null),
  );
  const [picture, setPicture] = createSignal<string | null>(null);
  const row = () => accountRow(account);
  const name = (): string => profile()?.nickname ?? profile()?.fullName ?? account.split('@')[0] ?? account;
  useSoftkeys(() => ({ centre: { label: t('select') } }));

  async function rename(): Promise<void> {
    const chosen = await prompt(t('profile.name'), t('profile.name.hint'), name());
    if (!chosen) return;
    const done = await attempt(engine().call('setNick', { account, name: chosen }));
    const known = profile();
    if (done && known) mutate({ ...known, nickname: chosen });
  }

  async function changePicture(file: File | undefined): Promise<void> {
    const made = file && (await square(file));
    if (!made) {
      toast(t('profile.picture.tooBig'));
      return;
    }
    if (await attempt(engine().call('setAvatar', { account, mediaType: made.type, bytes: made.bytes }))) {
      setPicture(URL.createObjectURL(new Blob([made.bytes], { type: made.type })));
    }
  }

  async function password(): Promise<void> {
    const chosen = await prompt(t('profile.password.new'), t('register.password.hint'), '', true);
    if (!chosen) return;
    if (await attempt(engine().call('changePassword', { account, password: chosen }))) toast(t('profile.password.done'));
  }

  async function leave(onServer: boolean): Promise<void> {
    const title = t(onServer ? 'profile.delete' : 'profile.signOut');
    const text = t(onServer ? 'profile.delete.ask' : 'profile.signOut.ask', { address: account });
    if (!(await ask(title, text, onServer ? t('delete') : title, true))) return;
    if (!(await attempt(engine().call('removeAccount', { account, onServer })))) return;
    await refreshAccounts();
    restart(accounts().length > 0 ? { screen: 'chats' } : { screen: 'welcome' });
  }

  return (
    <Screen scope={props.scope} title={t('profile.title')} class="contact">
      <div class="hero">
        <Show when={picture()} fallback={<Avatar name={name()} jid={account} large />}>
          {(address) => (
            <span class="avatar large" aria-hidden="true">
              <img src={address()} alt="" />
            </span>
          )}
        </Show>
        <p class="hero-name">
          <bdi>{name()}</bdi>
        </p>
        <p class="hero-detail">
          <bdi>{account}</bdi>
        </p>
        <Show when={row()}>
          {(it) => (
            <p class="hero-detail" classList={{ wrong: it().state === 'failed' }} role="status">
              {stateText(it())}
            </p>
          )}
        </Show>
      </div>
      <Show when={row()?.error?.kind === 'wrongPassword' || row()?.error?.kind === 'serverNotFound'}>
        <Row key="again" icon="retry" title={t('signIn.title')} onOpen={() => go({ screen: 'signIn', jid: account })} />
      </Show>
      <Row key="code" icon="code" title={t('profile.code')} onOpen={() => go({ screen: 'code', account })} />
      <Row
        key="link"
        icon="share"
        title={t('profile.link')}
        onOpen={() => void shareOwn(account)}
      />
      <Row key="name" icon="edit" title={t('profile.name')} detail={<Cut>{name()}</Cut>} onOpen={() => void rename()} />
      <Row
        key="picture"
        icon="picture"
        title={t('profile.picture')}
        onOpen={() => pickFiles('image/*', (files) => void changePicture(files[0]))}
      />
      <Row key="devices" icon="device" title={t('devices.title')} onOpen={() => go({ screen: 'devices', account })} />
      <Row key="password" icon="lock" title={t('profile.password')} onOpen={() => void password()} />
      <Row key="add" icon="add" title={t('profile.add')} onOpen={() => go({ screen: 'signIn' })} />
      <Row key="signOut" icon="signOut" title={t('profile.signOut')} onOpen={() => void leave(false)} />
      <Row key="delete" icon="delete" danger title={t('profile.delete')} onOpen={() => void leave(true)} />
    </Screen>
  );
}
