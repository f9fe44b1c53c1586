// A field to type into, with its name, a hint, and what is wrong with it.

import { createEffect, createUniqueId, Show, type JSX } from 'solid-js';

/** Whoever pressed the button sees what is wrong, also where the screen is short. */
const intoView = (element: HTMLElement): void => {
  setTimeout(() => element.scrollIntoView({ block: 'nearest' }));
};

/** What is wrong with a form as a whole. */
export function FormError(props: { text: string | null }): JSX.Element {
  return (
    <Show when={props.text}>
      <p ref={intoView} class="form-error" role="alert">
        {props.text}
      </p>
    </Show>
  );
}

export interface FieldProps {
  key: string;
  label: string;
  value: string;
  hint?: string;
  error?: string | null;
  kind?: 'text' | 'password' | 'email' | 'url' | 'search';
  /** Which word the browser may fill in. */
  complete?: string;
  autofocus?: boolean;
  several?: boolean;
  onInput: (value: string) => void;
}

export function Field(props: FieldProps): JSX.Element {
  const id = createUniqueId();
  let whole!: HTMLDivElement;
  createEffect(() => {
    if (props.error) intoView(whole);
  });
  const describedBy = (): string | undefined => (props.error || props.hint ? `${id}-hint` : undefined);
  const common = {
    id,
    get 'data-focus'() {
      return props.key;
    },
    get 'data-autofocus'() {
      return props.autofocus ? '' : undefined;
    },
    autocapitalize: 'none',
    autocorrect: 'off',
    spellcheck: false,
    get 'aria-invalid'() {
      return props.error ? true : undefined;
    },
    get 'aria-describedby'() {
      return describedBy();
    },
  } as const;
  return (
    <div ref={whole} class="field" classList={{ wrong: !!props.error }}>
      <label for={id}>{props.label}</label>
      <Show
        when={props.several}
        fallback={
          <input
            {...common}
            type={props.kind === 'password' ? 'password' : 'text'}
            inputmode={props.kind === 'password' ? undefined : props.kind}
            autocomplete={props.complete ?? 'off'}
            value={props.value}
            onInput={(event) => props.onInput(event.currentTarget.value)}
          />
        }
      >
        <textarea {...common} rows="3" value={props.value} onInput={(event) => props.onInput(event.currentTarget.value)} />
      </Show>
      <Show when={props.error || props.hint}>
        <p class="hint" id={`${id}-hint`} role={props.error ? 'alert' : undefined}>
          {props.error ?? props.hint}
        </p>
      </Show>
    </div>
  );
}
