// How far a message has come, as a small sign with a name.

import type { JSX } from 'solid-js';
import type { DeliveryState } from '../engine/protocol';
import { t } from '../i18n';
import { Sign, type IconName } from '../parts/icon';

const SIGNS: Record<DeliveryState, IconName> = {
  queued: 'clock',
  sent: 'check',
  delivered: 'checks',
  displayed: 'checks',
  failed: 'warning',
};

export function DeliveryMark(props: { delivery: DeliveryState }): JSX.Element {
  return <Sign icon={SIGNS[props.delivery]} label={t(`delivery.${props.delivery}`)} class={`mark ${props.delivery}`} />;
}
