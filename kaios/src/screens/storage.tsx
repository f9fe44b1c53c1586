// How much is stored here, and how much it may become.

import { createResource, Show, type JSX } from 'solid-js';
import { settings } from '../app/settings';
import { useSoftkeys } from '../app/softkeys';
import { engine } from '../app/world';
import { t, tn } from '../i18n';
import { bytes } from '../i18n/format';
import { Row } from '../parts/row';
import { Screen } from '../parts/screen';
import { chooseLimit, limitText } from './settings/choices';

/** What the browser says; it says nothing where it is too old or too private. */
async function estimate(): Promise<{ used: number; free: number } | null> {
  if (!('storage' in navigator) || !('estimate' in navigator.storage)) return null;
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  return { used: usage, free: Math.max(0, quota - usage) };
}

function Fact(props: { name: string; value: string }): JSX.Element {
  return (
    <div class="fact">
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}

export function Storage(props: { scope: string }): JSX.Element {
  const [stats] = createResource(() => engine().call('stats', {}).catch(() => null));
  const [room] = createResource(estimate);
  useSoftkeys(() => ({ centre: { label: t('select') } }));
  return (
    <Screen scope={props.scope} title={t('settings.storage')}>
      <dl class="fact-list">
        <Show when={stats()}>
          {(it) => (
            <>
              <Fact name={t('storage.messages.label')} value={tn('storage.messages', it().messages)} />
              <Fact name={t('storage.database')} value={bytes(it().dbBytes)} />
            </>
          )}
        </Show>
        <Show when={room()}>
          {(it) => (
            <>
              <Fact name={t('storage.used')} value={bytes(it().used)} />
              <Fact name={t('storage.free')} value={bytes(it().free)} />
            </>
          )}
        </Show>
      </dl>
      <Row
        key="limit"
        icon="archive"
        title={t('storage.limit')}
        detail={limitText(settings.limit)}
        onOpen={() => void chooseLimit()}
      />
      <p class="explain">{t('storage.limit.hint')}</p>
    </Screen>
  );
}
