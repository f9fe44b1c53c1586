// Which key does what.

import { For, type JSX } from 'solid-js';
import { layout } from '../app/layout';
import { back } from '../app/router';
import { useSoftkeys } from '../app/softkeys';
import { t } from '../i18n';
import { Screen } from '../parts/screen';

export function Help(props: { scope: string }): JSX.Element {
  useSoftkeys(() => ({ left: { label: t('back'), run: back } }));
  const keys = (): [string, string][] => {
    const common: [string, string][] = [
      ['↑ ↓', t('help.arrows')],
      ['⏎', t('help.enter')],
      ['⏎ …', t('help.hold')],
      ['1 – 9', t('help.digits')],
    ];
    if (layout() === 'tiny') return [...common, ['⌫', t('help.back')], ['▭ ▭ ▭', t('help.soft')]];
    return [...common, ['Esc', t('help.back')], ['Ctrl K', t('help.find')], ['⇧ ⏎', t('help.newLine')]];
  };
  return (
    <Screen scope={props.scope} title={t('help.title')}>
      <dl class="keys-list read" data-focus="keys" tabindex="0" aria-label={t('help.title')}>
        <For each={keys()}>
          {([key, meaning]) => (
            <div class="fact">
              <dt>
                <kbd dir="ltr">{key}</kbd>
              </dt>
              <dd>{meaning}</dd>
            </div>
          )}
        </For>
      </dl>
      <p class="explain">{t('chats.keys')}</p>
    </Screen>
  );
}
