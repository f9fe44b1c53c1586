// The first thing that anybody sees: what Larimar is, and the three ways in.

import { Show, type JSX } from 'solid-js';
import { go } from '../app/router';
import { useSoftkeys } from '../app/softkeys';
import { language, LANGUAGES, t } from '../i18n';
import { Icon, Stone } from '../parts/icon';
import { Button } from '../parts/screen';
import { chooseLanguage } from './settings/choices';
import { layout } from '../app/layout';

export function Welcome(props: { scope: string }): JSX.Element {
  useSoftkeys(() => ({
    left: { label: t('settings.language'), run: () => void chooseLanguage() },
    centre: { label: t('select') },
  }));
  return (
    <section class="screen welcome" data-scope={props.scope} tabindex="-1" aria-label="Larimar">
      <div class="scroll" data-scroll>
        <div class="welcome-card">
          <Stone class="welcome-stone" />
          <h1 class="welcome-name">Larimar</h1>
          <p class="welcome-line">{t('welcome.line')}</p>
          <div class="welcome-ways">
            <Button key="signIn" label={t('welcome.signIn')} autofocus run={() => go({ screen: 'signIn' })} />
            <Button key="register" label={t('welcome.register')} quiet run={() => go({ screen: 'register' })} />
            <Button key="invite" label={t('welcome.invite')} quiet run={() => go({ screen: 'invite' })} />
          </div>
          <Show when={layout() !== 'tiny'}>
            <button
              type="button"
              class="welcome-language"
              data-focus="language"
              title={t('settings.language')}
              onClick={() => void chooseLanguage()}
            >
              <Icon name="globe" />
              {LANGUAGES[language()]}
            </button>
          </Show>
        </div>
      </div>
    </section>
  );
}
