// What stands beside the list while no conversation is open.

import type { JSX } from 'solid-js';
import { t } from '../i18n';
import { Stone } from '../parts/icon';

export function ChooseChat(): JSX.Element {
  return (
    <div class="choose">
      <Stone class="choose-stone" />
      <p>{t('chats.choose')}</p>
    </div>
  );
}
