// Draws what lies over the screens.

import { createSignal, For, Match, onMount, Show, Switch, type JSX } from 'solid-js';
import { layout } from '../app/layout';
import { useSoftkeys } from '../app/softkeys';
import { t } from '../i18n';
import { EMOJI } from './emoji';
import { Field } from './field';
import { Icon, type IconName } from './icon';
import { closeOverlay, note, overlays, type MenuItem, type Overlay, type Point } from './overlays';
import { Button } from './screen';

type Of<K extends Overlay['kind']> = Extract<Overlay, { kind: K }>;

function Panel(props: {
  overlay: Overlay;
  role: 'dialog' | 'alertdialog';
  at?: Point | null;
  class?: string;
  children: JSX.Element;
}): JSX.Element {
  let panel!: HTMLDivElement;
  onMount(() => {
    const at = props.at;
    if (!at || layout() !== 'wide') return;
    const box = panel.getBoundingClientRect();
    panel.classList.add('placed');
    panel.parentElement?.classList.add('clear');
    panel.style.left = `${String(Math.max(8, Math.min(at.x, innerWidth - box.width - 8)))}px`;
    panel.style.top = `${String(Math.max(8, Math.min(at.y, innerHeight - box.height - 8)))}px`;
  });
  return (
    <div class="shade" onClick={() => closeOverlay()}>
      <div
        ref={panel}
        class={`panel ${props.class ?? ''}`}
        role={props.role}
        aria-modal="true"
        aria-label={props.overlay.title}
        data-scope={`overlay ${String(props.overlay.id)}`}
        data-modal
        tabindex="-1"
        onClick={(event) => event.stopPropagation()}
      >
        {props.children}
      </div>
    </div>
  );
}

function Menu(props: { overlay: Of<'menu'> }): JSX.Element {
  useSoftkeys(() => ({
    left: { label: t('cancel'), run: closeOverlay },
    centre: { label: t('select') },
  }));
  const run = (item: MenuItem): void => {
    // First what is asked for: a choice is an answer, and closing is none.
    item.run();
    props.overlay.close();
  };
  return (
    <Panel overlay={props.overlay} role="dialog" at={props.overlay.at}>
      <h2 class="panel-title">{props.overlay.title}</h2>
      <div class="panel-list" role="menu" aria-label={props.overlay.title} data-scroll>
        <For each={props.overlay.items}>
          {(item, index) => (
            <button
              type="button"
              class="menu-item"
              classList={{ danger: item.danger }}
              role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
              aria-checked={item.checked}
              data-focus={String(index())}
              data-autofocus={item.checked ? '' : undefined}
              onClick={() => run(item)}
            >
              <Show when={item.icon}>{(name) => <Icon name={name() as IconName} />}</Show>
              <span>{item.label}</span>
              <Show when={item.checked}>
                <Icon name="check" class="menu-check" />
              </Show>
            </button>
          )}
        </For>
      </div>
    </Panel>
  );
}

function Ask(props: { overlay: Of<'ask'> }): JSX.Element {
  useSoftkeys(() => ({
    left: { label: t('cancel'), run: closeOverlay },
    centre: { label: t('select') },
  }));
  return (
    <Panel overlay={props.overlay} role="alertdialog">
      <h2 class="panel-title">{props.overlay.title}</h2>
      <p class="panel-text">{props.overlay.text}</p>
      <div class="panel-buttons">
        <Button key="no" label={t('cancel')} quiet autofocus={props.overlay.danger} run={closeOverlay} />
        <Button
          key="yes"
          label={props.overlay.yes}
          danger={props.overlay.danger}
          autofocus={!props.overlay.danger}
          run={() => props.overlay.close(true)}
        />
      </div>
    </Panel>
  );
}

function Tell(props: { overlay: Of<'tell'> }): JSX.Element {
  useSoftkeys(() => ({ centre: { label: t('ok') } }));
  return (
    <Panel overlay={props.overlay} role="dialog">
      <h2 class="panel-title">{props.overlay.title}</h2>
      <dl class="facts">
        <For each={props.overlay.lines}>
          {([name, value]) => (
            <div>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          )}
        </For>
      </dl>
      <div class="panel-buttons">
        <Button key="ok" label={t('ok')} autofocus run={closeOverlay} />
      </div>
    </Panel>
  );
}

function Prompt(props: { overlay: Of<'prompt'> }): JSX.Element {
  const [value, setValue] = createSignal(props.overlay.value);
  const done = (): void => props.overlay.close(value().trim());
  useSoftkeys(() => ({
    left: { label: t('cancel'), run: closeOverlay },
    centre: { label: t('ok') },
  }));
  return (
    <Panel overlay={props.overlay} role="dialog">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          done();
        }}
      >
        <Field
          key="value"
          label={props.overlay.title}
          hint={props.overlay.hint}
          value={value()}
          kind={props.overlay.secret ? 'password' : 'text'}
          complete={props.overlay.secret ? 'new-password' : undefined}
          autofocus
          onInput={setValue}
        />
        <div class="panel-buttons">
          <Button key="no" label={t('cancel')} quiet run={closeOverlay} />
          <Button key="yes" label={t('ok')} submit />
        </div>
      </form>
    </Panel>
  );
}

function Emoji(props: { overlay: Of<'emoji'> }): JSX.Element {
  useSoftkeys(() => ({
    left: { label: t('cancel'), run: closeOverlay },
    centre: { label: t('select') },
  }));
  return (
    <Panel overlay={props.overlay} role="dialog">
      <h2 class="panel-title">{props.overlay.title}</h2>
      <div class="emoji-grid" data-scroll>
        <For each={EMOJI}>
          {(emoji) => (
            <button
              type="button"
              class="emoji-key"
              data-focus={emoji}
              onClick={() => props.overlay.close(emoji)}
            >
              {emoji}
            </button>
          )}
        </For>
      </div>
    </Panel>
  );
}

export function Overlays(): JSX.Element {
  return (
    <>
      <For each={overlays()}>
        {(overlay) => (
          <Switch>
            <Match when={overlay.kind === 'menu' && overlay}>{(it) => <Menu overlay={it()} />}</Match>
            <Match when={overlay.kind === 'ask' && overlay}>{(it) => <Ask overlay={it()} />}</Match>
            <Match when={overlay.kind === 'tell' && overlay}>{(it) => <Tell overlay={it()} />}</Match>
            <Match when={overlay.kind === 'prompt' && overlay}>{(it) => <Prompt overlay={it()} />}</Match>
            <Match when={overlay.kind === 'emoji' && overlay}>{(it) => <Emoji overlay={it()} />}</Match>
          </Switch>
        )}
      </For>
      <div class="toast" classList={{ shown: note() !== '' }} role="status" aria-live="polite">
        {note()}
      </div>
    </>
  );
}

