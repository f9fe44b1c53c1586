// What somebody's link or code says of their devices, beside what is known of them.

import { engine } from '../app/world';
import { t, tn } from '../i18n';
import { tell, toast } from '../parts/overlays';

export type Outcome =
  /** So many devices are verified. */
  | { kind: 'verified'; count: number }
  /** A device shows another number: somebody may read along. */
  | { kind: 'contradicted' }
  | { kind: 'otherPerson'; name: string }
  | { kind: 'noDevices' };

/** Verifies the devices of somebody that are named in a link or a code. */
export async function compare(account: string, jid: string, uri: string): Promise<Outcome> {
  const { address } = await engine().call('readUri', { text: uri });
  if (address !== jid) return { kind: 'otherPerson', name: address };
  const found = await engine().call('verifyUri', { account, uri });
  if (found.contradicted.length > 0) return { kind: 'contradicted' };
  const count = found.verified.length + found.waiting.length;
  return count > 0 ? { kind: 'verified', count } : { kind: 'noDevices' };
}

/** Says what came of it. */
export function sayOutcome(outcome: Outcome): void {
  const warn = (text: string): void => tell(t('contact.security'), [['', text]]);
  switch (outcome.kind) {
    case 'verified':
      toast(tn('security.compared', outcome.count));
      break;
    case 'contradicted':
      warn(t('security.contradiction'));
      break;
    case 'otherPerson':
      warn(t('security.otherPerson', { name: outcome.name }));
      break;
    case 'noDevices':
      warn(t('scan.noDevices'));
      break;
  }
}
