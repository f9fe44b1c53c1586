// Those who would like to be contacts.

import { For, type JSX } from 'solid-js';
import { useSoftkeys } from '../app/softkeys';
import { engine, requests } from '../app/world';
import { t } from '../i18n';
import { Avatar } from '../parts/avatar';
import { openMenu } from '../parts/overlays';
import { Cut, Row } from '../parts/row';
import { Empty, Screen } from '../parts/screen';
import { attempt } from './chat-menu';

export function Requests(props: { scope: string }): JSX.Element {
  useSoftkeys(() => ({ centre: { label: t('select') } }));
  const answer = (account: string, jid: string, allow: boolean): void =>
    void attempt(engine().call('answerRequest', { account, jid, allow }));
  const block = (account: string, jid: string): void =>
    void attempt(engine().call('block', { account, jid, on: true }));
  return (
    <Screen scope={props.scope} title={t('requests.title')}>
      <For each={requests()} fallback={<Empty icon="person" title={t('requests.none')} hint={t('requests.none.hint')} />}>
        {({ account, row }) => (
          <Row
            key={`request ${account} ${row.jid}`}
            start={<Avatar name={row.name} jid={row.jid} hash={row.avatar} />}
            title={<Cut strong>{row.name}</Cut>}
            detail={<Cut>{row.jid}</Cut>}
            onOpen={() =>
              openMenu(t('requests.line', { name: row.name }), [
                { label: t('accept'), icon: 'check', run: () => answer(account, row.jid, true) },
                { label: t('decline'), icon: 'close', run: () => answer(account, row.jid, false) },
                { label: t('contact.block'), icon: 'block', danger: true, run: () => block(account, row.jid) },
              ])
            }
          />
        )}
      </For>
    </Screen>
  );
}
