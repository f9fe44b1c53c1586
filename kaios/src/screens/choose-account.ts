// Asks which account something is for, if there are several.

import { accounts } from '../app/world';
import { t } from '../i18n';
import { choose } from '../parts/overlays';

export async function chooseAccount(): Promise<string | null> {
  const all = accounts().map((row) => row.account);
  const first = all[0];
  if (first === undefined) return null;
  if (all.length === 1) return first;
  return choose<string>(
    t('new.from'),
    all.map((address) => [address, address]),
    first,
  );
}
