// What has to be decided before a conversation goes on: a request, a block, or new devices.

import { createEffect, Show, type JSX } from 'solid-js';
import { contact, engine, nameOf } from '../../app/world';
import { focusOn } from '../../focus/keeper';
import { t } from '../../i18n';
import { Button } from '../../parts/screen';
import { attempt } from '../chat-menu';

export function Gate(props: { account: string; chat: string }): JSX.Element {
  const row = () => contact(props.account, props.chat);
  const person = { account: props.account, jid: props.chat };
  let decided = false;
  const decide = (work: Promise<unknown>): void => {
    decided = true;
    void attempt(work);
  };
  const answer = (allow: boolean): void => decide(engine().call('answerRequest', { ...person, allow }));
  createEffect(() => {
    if (row()?.blocked || row()?.requests || !decided) return;
    decided = false;
    // After the button has gone, and taken its focus with it.
    setTimeout(() => focusOn('composer'));
  });
  return (
    <>
      <Show when={row()?.blocked}>
        <div class="gate">
          <p>{t('chat.blocked')}</p>
          <Button
            key="unblock"
            label={t('chat.unblock')}
            quiet
            run={() => decide(engine().call('block', { ...person, on: false }))}
          />
        </div>
      </Show>
      <Show when={row()?.requests && !row()?.blocked}>
        <div class="gate">
          <p>{t('chat.requestsYou', { name: nameOf(props.account, props.chat) })}</p>
          <div class="gate-buttons">
            <Button key="decline" label={t('decline')} quiet run={() => answer(false)} />
            <Button key="accept" label={t('accept')} run={() => answer(true)} />
          </div>
        </div>
      </Show>
    </>
  );
}
