// The ways to verify devices, a contact's or one's own others: by scanning their code, by a link, and by showing one's own code.

import { Show, type JSX } from 'solid-js';
import { go } from '../app/router';
import { nameOf } from '../app/world';
import { t } from '../i18n';
import { prompt } from '../parts/overlays';
import { Row } from '../parts/row';
import { compare, sayOutcome } from './compare';
import { hasCamera } from './scan/camera';
import { sayWrong } from './wrong';

/** Comes with the devices, which stand above it: they would push it away under somebody who is about to press it. */
export function Verifying(props: { account: string; jid: string }): JSX.Element {
  const { account, jid } = props;
  const isOwn = account === jid;

  async function check(): Promise<void> {
    const hint = isOwn ? t('devices.link.hint') : t('security.link.hint', { name: nameOf(account, jid) });
    const uri = await prompt(t('security.link'), hint);
    if (!uri) return;
    try {
      sayOutcome(await compare(account, jid, uri));
    } catch (thrown) {
      sayWrong(thrown);
    }
  }

  return (
    <>
      <Show when={hasCamera()}>
        <Row
          key="scan"
          icon="camera"
          title={t(isOwn ? 'devices.scan' : 'security.scan')}
          onOpen={() => go({ screen: 'scan', account, jid })}
        />
      </Show>
      <Row key="link" icon="link" title={t('security.link')} onOpen={() => void check()} />
      <Row key="code" icon="code" title={t('security.show')} onOpen={() => go({ screen: 'code', account })} />
    </>
  );
}
