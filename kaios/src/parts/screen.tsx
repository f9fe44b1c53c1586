// What every screen has: a header, a part that scrolls, and what fits below it.

import { For, Show, type JSX } from 'solid-js';
import { layout } from '../app/layout';
import { back, stack } from '../app/router';
import { t } from '../i18n';
import { Icon, Stone, type IconName } from './icon';

export interface Action {
  icon: IconName;
  label: string;
  run: (event: MouseEvent) => void;
}

export interface ScreenProps {
  /** Its name for the focus. */
  scope: string;
  title: string;
  subtitle?: JSX.Element;
  /** Stands before the title instead of the way back. */
  start?: JSX.Element;
  onTitle?: () => void;
  /** What waits for somebody: it comes and goes at the end of the title's room, and moves nothing. */
  waiting?: JSX.Element;
  root?: boolean;
  actions?: Action[];
  /** Stays in place under the header. */
  above?: JSX.Element;
  /** Stays in place at the lower edge. */
  below?: JSX.Element;
  class?: string;
  /** The screen takes care of scrolling by itself. */
  own?: boolean;
  children: JSX.Element;
}

export function IconButton(props: Action & { key?: string; class?: string; pressed?: boolean }): JSX.Element {
  return (
    <button
      type="button"
      class={`icon-button ${props.class ?? ''}`}
      data-focus={props.key}
      aria-label={props.label}
      aria-pressed={props.pressed}
      title={props.label}
      onClick={(event) => props.run(event)}
    >
      <Icon name={props.icon} />
    </button>
  );
}

export function Screen(props: ScreenProps): JSX.Element {
  const buttons = (): boolean => layout() !== 'tiny';
  const title = (): JSX.Element => (
    <>
      <h1 class="title" dir="auto">
        {props.title}
      </h1>
      <Show when={props.subtitle}>
        <p class="subtitle">{props.subtitle}</p>
      </Show>
    </>
  );
  return (
    <section class={`screen ${props.class ?? ''}`} data-scope={props.scope} tabindex="-1" aria-label={props.title}>
      <header class="header">
        <Show when={props.root && buttons()}>
          <Stone class="header-stone" />
        </Show>
        <Show when={!props.root && buttons() && (stack().length > 1 || layout() === 'narrow')}>
          <IconButton icon="back" label={t('back')} run={() => back()} key="header:back" />
        </Show>
        {props.start}
        <Show when={props.onTitle && buttons()} fallback={<div class="header-text">{title()}</div>}>
          <button
            type="button"
            class="header-text header-link"
            data-focus="header:title"
            onClick={() => props.onTitle?.()}
          >
            {title()}
          </button>
        </Show>
        {props.waiting}
        <Show when={buttons()}>
          <For each={props.actions}>{(action) => <IconButton {...action} key={`header:${action.icon}`} />}</For>
        </Show>
      </header>
      {props.above}
      <Show when={!props.own} fallback={props.children}>
        <div class="scroll" data-scroll>
          <div class="sheet">{props.children}</div>
        </div>
      </Show>
      {props.below}
    </section>
  );
}

/** What stands where there is nothing yet: what it is, and what to do. */
export function Empty(props: { icon: IconName; title: string; hint?: string; children?: JSX.Element }): JSX.Element {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={props.icon} />
      </span>
      <p class="empty-title">{props.title}</p>
      <Show when={props.hint}>
        <p class="empty-hint">{props.hint}</p>
      </Show>
      {props.children}
    </div>
  );
}

/** A heading over a part of a list. */
export function Section(props: { title: string; children: JSX.Element }): JSX.Element {
  return (
    <div class="section" role="group" aria-label={props.title}>
      <h2 class="section-title">{props.title}</h2>
      {props.children}
    </div>
  );
}

/** A large button. */
export function Button(props: {
  key: string;
  label: string;
  quiet?: boolean;
  danger?: boolean;
  busy?: boolean;
  autofocus?: boolean;
  submit?: boolean;
  run?: () => void;
}): JSX.Element {
  return (
    <button
      type={props.submit ? 'submit' : 'button'}
      class="button"
      classList={{ quiet: props.quiet, danger: props.danger }}
      data-focus={props.key}
      data-autofocus={props.autofocus ? '' : undefined}
      aria-busy={props.busy}
      onClick={() => {
        if (!props.busy) props.run?.();
      }}
    >
      {props.label}
    </button>
  );
}
