// Whether a conversation is read by nobody else: a contact's devices, compared by eye, by scanning or by a link.

import { Show, type JSX } from 'solid-js';
import { useSoftkeys } from '../app/softkeys';
import { chatRow, nameOf } from '../app/world';
import { t } from '../i18n';
import { Empty, Screen } from '../parts/screen';
import { DeviceList } from './device-list';
import { watchDevices } from './device-rows';
import { Verifying } from './verifying';

export function Security(props: { scope: string; account: string; jid: string }): JSX.Element {
  const { account, jid } = props;
  const name = (): string => nameOf(account, jid);
  const devices = watchDevices(account, jid);
  /** As the last message was; before there is one, as the first will be. */
  const encrypted = (): boolean => {
    const chat = chatRow(account, jid);
    if (chat && chat.timeMs > 0) return chat.encryption !== 'none';
    return !!devices()?.some((device) => device.listed);
  };
  useSoftkeys(() => ({ centre: { label: t('select') } }));

  return (
    <Screen scope={props.scope} title={t('contact.security')} subtitle={name()}>
      <p class="explain">
        {t(encrypted() ? 'chat.encrypted.explain' : 'chat.open.explain', { name: name() })}{' '}
        {t('security.explain', { name: name() })}
      </p>
      <Show
        when={(devices()?.length ?? 0) > 0}
        fallback={
          <Show when={devices()}>
            <Empty icon="shield" title={t('security.none')} hint={t('security.none.hint')} />
          </Show>
        }
      >
        <DeviceList account={account} jid={jid} devices={devices() ?? []} />
      </Show>
      <Show when={devices()}>
        <Verifying account={account} jid={jid} />
      </Show>
    </Screen>
  );
}
