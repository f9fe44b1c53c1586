// How much is stored here, and how much it may become.

import { createResource, Show, type JSX } from 'solid-js';
import { settings } from '../app/settings';
import { useSoftkeys } from '../app/softkeys';
import { engine } from '../app/world';
import { t } from '../i18n';
import { bytes, count } from '../i18n/format';
import { Row } from '../parts/row';
import { Screen } from '../parts/screen';
import { roomOf, type Room } from './room';
import { chooseLimit, limitText } from './settings/choices';

/** What the browser says; it says nothing where it is too old or too private. */
async function estimate(): Promise<Room> {
  if (!('storage' in navigator) || !('estimate' in navigator.storage)) return { used: null, free: null };
  return roomOf(await navigator.storage.estimate());
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
              <Fact name={t('storage.messages')} value={count(it().messages)} />
              <Fact name={t('storage.database')} value={bytes(it().dbBytes)} />
            </>
          )}
        </Show>
        <Show when={room()?.used}>{(used) => <Fact name={t('storage.used')} value={bytes(used())} />}</Show>
        <Show when={room()?.free}>{(free) => <Fact name={t('storage.free')} value={bytes(free())} />}</Show>
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
