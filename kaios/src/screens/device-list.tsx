// The devices of somebody with their numbers, and what can be decided about them.

import { For, type JSX } from 'solid-js';
import { engine } from '../app/world';
import type { DeviceRow } from '../engine/protocol';
import { t } from '../i18n';
import { day } from '../i18n/format';
import { Icon, type IconName } from '../parts/icon';
import { openMenu } from '../parts/overlays';
import { Cut } from '../parts/row';
import { attempt } from './chat-menu';
import { grouped } from './device-rows';

const SIGNS: Record<DeviceRow['trust'], IconName> = {
  undecided: 'warning',
  blind: 'device',
  verified: 'shield',
  distrusted: 'block',
};

function detail(device: DeviceRow): string {
  if (device.this) return t('devices.this');
  if (!device.listed) return t('devices.old');
  const seen = device.lastSeenMs === null ? '' : ` · ${t('devices.seen', { when: day(device.lastSeenMs) })}`;
  return `${t(`trust.${device.trust}`)}${seen}`;
}

export function DeviceList(props: { account: string; jid: string; devices: DeviceRow[] }): JSX.Element {
  const decide = (device: DeviceRow, trusted: boolean): void => {
    const { account, jid } = props;
    void attempt(engine().call('setTrust', { account, jid, fingerprint: device.fingerprint, trusted }));
  };
  const open = (device: DeviceRow): void => {
    if (device.this) return;
    openMenu(
      t('contact.security'),
      [
        { label: t('security.same'), icon: 'shield', run: () => decide(device, true) },
        { label: t('security.differs'), icon: 'block', danger: true, run: () => decide(device, false) },
      ].filter((_, index) => !(index === 0 && device.trust === 'verified') && !(index === 1 && device.trust === 'distrusted')),
    );
  };
  return (
    <For each={props.devices}>
      {(device) => (
        <button
          type="button"
          class="row device"
          classList={{ old: !device.listed }}
          data-focus={`device ${device.fingerprint}`}
          onClick={() => open(device)}
        >
          <Icon name={SIGNS[device.trust]} class={`row-icon trust-${device.trust}`} />
          <span class="row-text">
            <span class="row-title">
              <Cut>{device.label ?? t('devices.unnamed', { id: String(device.id) })}</Cut>
            </span>
            <span class="row-detail">{detail(device)}</span>
            <code class="fingerprint" dir="ltr">
              <For each={grouped(device.fingerprint)}>{(group) => <span>{group}</span>}</For>
            </code>
          </span>
        </button>
      )}
    </For>
  );
}
