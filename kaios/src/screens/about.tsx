// What Larimar is, and whose.

import type { JSX } from 'solid-js';
import { back } from '../app/router';
import { useSoftkeys } from '../app/softkeys';
import { t } from '../i18n';
import { Stone } from '../parts/icon';
import { Screen } from '../parts/screen';

export function About(props: { scope: string }): JSX.Element {
  useSoftkeys(() => ({ left: { label: t('back'), run: back } }));
  return (
    <Screen scope={props.scope} title={t('about.title')}>
      <div class="about read" data-focus="about" tabindex="0" role="group" aria-label={t('about.title')}>
        <Stone class="about-stone" />
        <p class="hero-name">Larimar</p>
        <p class="hero-detail">{t('about.version', { version: __VERSION__ })}</p>
        <p>{t('welcome.line')}</p>
        <p>{t('about.stone')}</p>
        <p class="hint">{t('about.licence')}</p>
      </div>
    </Screen>
  );
}
