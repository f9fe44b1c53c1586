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
  /** `isOwn`: no other one of the account's own. */
  | { kind: 'noDevices'; isOwn: boolean };

/** Verifies the devices of somebody that are named in a link or a code. */
export async function compare(account: string, jid: string, uri: string): Promise<Outcome> {
  const { address } = await engine().call('readUri', { text: uri });
  if (address !== jid) return { kind: 'otherPerson', name: address };
  const found = await engine().call('verifyUri', { account, uri });
  if (found.contradicted.length > 0) return { kind: 'contradicted' };
  const count = found.verified.length + found.waiting.length;
  return count > 0 ? { kind: 'verified', count } : { kind: 'noDevices', isOwn: account === jid };
}

/** Why a link or a code is of no use here. */
export const useless = (outcome: Extract<Outcome, { kind: 'otherPerson' | 'noDevices' }>): string =>
  outcome.kind === 'otherPerson'
    ? t('security.otherPerson', { name: outcome.name })
    : t(outcome.isOwn ? 'devices.scan.none' : 'scan.noDevices');

/** Says what came of it. */
export function sayOutcome(outcome: Outcome): void {
  const warn = (text: string): void => tell(t('contact.security'), [['', text]]);
  if (outcome.kind === 'verified') toast(tn('security.compared', outcome.count));
  else warn(outcome.kind === 'contradicted' ? t('security.contradiction') : useless(outcome));
}
