// The account's own devices, and how the others are verified.

import { Show, type JSX } from 'solid-js';
import { useSoftkeys } from '../app/softkeys';
import { t } from '../i18n';
import { Screen } from '../parts/screen';
import { DeviceList } from './device-list';
import { watchDevices } from './device-rows';
import { Verifying } from './verifying';

export function Devices(props: { scope: string; account: string }): JSX.Element {
  const devices = watchDevices(props.account, props.account);
  useSoftkeys(() => ({ centre: { label: t('select') } }));
  return (
    <Screen scope={props.scope} title={t('devices.title')}>
      <p class="explain">{t('devices.explain', { name: props.account })}</p>
      <Show when={devices()}>
        {(rows) => (
          <>
            <DeviceList account={props.account} jid={props.account} devices={rows()} />
            <Verifying account={props.account} jid={props.account} />
          </>
        )}
      </Show>
    </Screen>
  );
}
