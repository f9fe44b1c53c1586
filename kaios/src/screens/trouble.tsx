// The app cannot begin, or its engine has ended: why, and what to do.

import type { JSX } from 'solid-js';
import { onMount, Show } from 'solid-js';
import type { EngineError } from '../engine/protocol';
import { useSoftkeys } from '../app/softkeys';
import { t } from '../i18n';
import { errorText } from '../i18n/errors';
import { ask, untoast } from '../parts/overlays';
import { Stone } from '../parts/icon';
import { Button } from '../parts/screen';

export interface TroubleProps {
  error: EngineError;
  /** It was open, and ended by itself. */
  hadBegun: boolean;
  onRetry: (takeOver: boolean) => void;
  onSetAside: () => void;
}

export function Trouble(props: TroubleProps): JSX.Element {
  // Open elsewhere is no failure; and that it has ended for no other reason is all that its text says.
  const isSaid = (): boolean => props.error.kind === 'storeInUse' || props.error.kind === 'closed';
  const title = (): string => (isSaid() ? 'Larimar' : t(props.hadBegun ? 'trouble.ended' : 'trouble.title'));
  useSoftkeys(() => ({ centre: { label: t('select') } }));
  // Whatever waited for the engine has said by then that it failed.
  onMount(() => setTimeout(untoast));
  async function setAside(): Promise<void> {
    if (await ask(t('trouble.fresh'), t('trouble.fresh.ask'), t('trouble.fresh'), true)) props.onSetAside();
  }
  return (
    <section class="screen welcome" data-scope={`trouble ${props.error.kind}`} tabindex="-1" aria-label={title()}>
      <div class="scroll" data-scroll>
        <div class="welcome-card">
          <Stone class="welcome-stone" />
          <h1 class="trouble-title">{title()}</h1>
          <p class="welcome-line" role="alert">
            {errorText(props.error)}
          </p>
          <div class="welcome-ways">
            <Show when={props.error.kind === 'storeInUse'}>
              <Button key="here" label={t('trouble.here')} autofocus run={() => props.onRetry(true)} />
            </Show>
            <Show when={props.error.kind === 'storeDamaged' || props.error.kind === 'storeTooNew'}>
              <Button key="fresh" label={t('trouble.fresh')} quiet run={() => void setAside()} />
            </Show>
            <Button key="again" label={t('retry')} quiet={props.error.kind === 'storeInUse'} run={() => props.onRetry(false)} />
          </div>
        </div>
      </div>
    </section>
  );
}
