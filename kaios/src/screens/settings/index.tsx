// What can be set, and the ways to the profile, the devices, the storage and the rest.

import { For, type JSX } from 'solid-js';
import { go } from '../../app/router';
import { set, settings } from '../../app/settings';
import { useSoftkeys } from '../../app/softkeys';
import { accounts } from '../../app/world';
import { LANGUAGES, language, t, type TextKey } from '../../i18n';
import { Avatar } from '../../parts/avatar';
import type { IconName } from '../../parts/icon';
import { Row } from '../../parts/row';
import { Screen } from '../../parts/screen';
import { stateText } from '../account-state';
import {
  appearanceText,
  chooseAppearance,
  chooseLanguage,
  chooseLimit,
  chooseNotifications,
  chooseSize,
  limitText,
  notificationsText,
} from './choices';

function Switch(props: { name: 'contrast' | 'lessMotion'; label: TextKey; icon: IconName }): JSX.Element {
  return (
    <Row
      key={props.name}
      icon={props.icon}
      title={t(props.label)}
      detail={t(settings[props.name] ? 'settings.on' : 'settings.off')}
      onOpen={() => set(props.name, !settings[props.name])}
    />
  );
}

export function Settings(props: { scope: string }): JSX.Element {
  useSoftkeys(() => ({ centre: { label: t('select') } }));
  return (
    <Screen scope={props.scope} title={t('settings.title')} class="settings">
      <For each={accounts()}>
        {(row) => (
          <Row
            key={row.account}
            start={<Avatar name={row.account} jid={row.account} />}
            title={row.account}
            detail={stateText(row)}
            onOpen={() => go({ screen: 'profile', account: row.account })}
          />
        )}
      </For>
      <Row
        key="appearance"
        icon="moon"
        title={t('settings.appearance')}
        detail={appearanceText()}
        onOpen={() => void chooseAppearance()}
      />
      <Row
        key="size"
        icon="text"
        title={t('settings.size')}
        detail={t(`settings.size.${settings.size}`)}
        onOpen={() => void chooseSize()}
      />
      <Switch name="contrast" label="settings.contrast" icon="contrast" />
      <Switch name="lessMotion" label="settings.motion" icon="pause" />
      <Row
        key="language"
        icon="globe"
        title={t('settings.language')}
        detail={settings.language === 'system' ? t('settings.language.system') : LANGUAGES[language()]}
        onOpen={() => void chooseLanguage()}
      />
      <Row
        key="notifications"
        icon="bell"
        title={t('settings.notifications')}
        detail={notificationsText()}
        onOpen={() => void chooseNotifications()}
      />
      <Row
        key="limit"
        icon="archive"
        title={t('settings.limit')}
        detail={limitText(settings.limit)}
        onOpen={() => void chooseLimit()}
      />
      <Row key="storage" icon="storage" title={t('settings.storage')} onOpen={() => go({ screen: 'storage' })} />
      <Row key="help" icon="keys" title={t('settings.help')} onOpen={() => go({ screen: 'help' })} />
      <Row key="about" icon="info" title={t('about.title')} onOpen={() => go({ screen: 'about' })} />
    </Screen>
  );
}
