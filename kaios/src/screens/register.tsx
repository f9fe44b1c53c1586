// Creating an account: a server, then whatever that server wants to know, with its pictures.

import { createSignal, For, onMount, Show, type JSX } from 'solid-js';
import { restart } from '../app/router';
import { useSoftkeys } from '../app/softkeys';
import { engine, refreshAccounts } from '../app/world';
import { errorOf, plainSetup } from '../engine/engine';
import type { EngineError, RegistrationField, RegistrationForm } from '../engine/protocol';
import { focusOn } from '../focus/keeper';
import { t } from '../i18n';
import { errorText } from '../i18n/errors';
import { Field, FormError } from '../parts/field';
import { choose } from '../parts/overlays';
import { Row } from '../parts/row';
import { Button, Screen } from '../parts/screen';
import { listensAt } from './server-address';
import { isAboutServer, ServerField, wantsServer } from './server-field';

export function Register(props: { scope: string; domain: string; token: string | null }): JSX.Element {
  const [domain, setDomain] = createSignal(props.domain);
  const [form, setForm] = createSignal<RegistrationForm | null>(null);
  const [where, setWhere] = createSignal('');
  const [asksWhere, setAsksWhere] = createSignal(false);
  const [answers, setAnswers] = createSignal<Record<string, string[]>>({});
  const [error, setError] = createSignal<EngineError | null>(null);
  const [busy, setBusy] = createSignal(false);

  function take(fresh: RegistrationForm): void {
    const kept = answers();
    const filled: Record<string, string[]> = {};
    for (const field of fresh.fields) filled[field.name] = field.media.length ? [] : (kept[field.name] ?? field.values);
    setAnswers(filled);
    setForm(fresh);
    // Where the person goes on: at the first field that is to be filled in.
    const first = fresh.fields.find((field) => field.kind !== 'hidden' && field.kind !== 'fixed' && !filled[field.name]?.[0]);
    setTimeout(() => focusOn(first?.name ?? 'go'));
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    if (busy()) return;
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (thrown) {
      setError(errorOf(thrown));
    } finally {
      setBusy(false);
    }
  }

  async function ask(): Promise<void> {
    const setup = { ...plainSetup(domain().trim().toLowerCase(), ''), ...listensAt(where()) };
    take(await engine().call('registrationForm', { setup, token: props.token }));
  }

  const fetchForm = (): Promise<void> =>
    attempt(async () => {
      try {
        await ask();
      } catch (thrown) {
        if (wantsServer(errorOf(thrown))) setAsksWhere(true);
        throw thrown;
      }
    });

  const answer = (): Promise<void> =>
    attempt(async () => {
      const current = form();
      if (!current) return;
      try {
        const again = await engine().call('answerForm', { form: current.id, answers: answers() });
        if (again) {
          take(again);
          return;
        }
        await refreshAccounts();
        restart({ screen: 'chats' });
      } catch (thrown) {
        const wrong = errorOf(thrown);
        const used = current.fields.some((field) => field.media.length > 0);
        // A picture is good for one answer, and the server's patience ends: both want a new form.
        if (wrong.kind === 'answersRefused' || wrong.kind === 'timedOut' || (wrong.kind === 'nameTaken' && used)) {
          await ask();
        }
        throw wrong;
      }
    });

  const errorShown = (): string | null => {
    const wrong = error();
    return wrong && !isAboutServer(wrong) ? errorText(wrong) : null;
  };

  onMount(() => {
    if (props.token && props.domain) void fetchForm();
  });

  useSoftkeys(() => ({ centre: busy() ? null : { label: t(form() ? 'register.create' : 'next') } }));

  const put = (name: string, values: string[]): void => {
    setAnswers({ ...answers(), [name]: values });
  };

  return (
    <Screen scope={props.scope} title={t('register.title')} class="form-screen">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void (form() ? answer() : fetchForm());
        }}
      >
        <Show
          when={form()}
          fallback={
            <>
              <Field
                key="server"
                label={t('register.server')}
                hint={t('register.server.hint')}
                kind="url"
                value={domain()}
                autofocus
                onInput={setDomain}
              />
              <Show when={asksWhere()}>
                <ServerField key="where" value={where()} error={error()} onInput={setWhere} />
              </Show>
            </>
          }
        >
          {(current) => (
            <>
              <Show when={current().instructions}>
                <p class="form-note">{current().instructions}</p>
              </Show>
              <Show when={current().url && current().fields.length === 0}>
                <p class="form-note">{t('register.page')}</p>
                <a class="button" data-focus="page" href={current().url ?? ''} target="_blank" rel="noopener noreferrer">
                  {t('register.openPage')}
                </a>
              </Show>
              <For each={current().fields}>
                {(field) => <Asked field={field} values={answers()[field.name] ?? []} put={(it) => put(field.name, it)} />}
              </For>
            </>
          )}
        </Show>
        <FormError text={errorShown()} />
        <Show when={!form()?.url || form()?.fields.length}>
          <Button
            key="go"
            label={busy() ? t('register.busy') : t(form() ? 'register.create' : 'next')}
            submit
            busy={busy()}
          />
        </Show>
      </form>
    </Screen>
  );
}

/** A picture that comes late pushes what is wrong out of view. */
const showWrong = (): void => document.querySelector('.form-error')?.scrollIntoView({ block: 'nearest' });

/** One field of a server's form. */
function Asked(props: { field: RegistrationField; values: string[]; put: (values: string[]) => void }): JSX.Element {
  const { field } = props;
  if (field.kind === 'hidden') return null;
  if (field.kind === 'fixed') return <p class="form-note">{field.values.join('\n') || field.label}</p>;
  const known = { username: 'register.name', password: 'signIn.password' } as const;
  const label = (): string => {
    if (field.name === 'username' || field.name === 'password') return t(known[field.name]);
    return field.label || (field.media.length ? t('register.picture') : field.name);
  };
  const hint = (): string | undefined => {
    if (field.name === 'username') return t('register.name.hint');
    return field.name === 'password' ? t('register.password.hint') : undefined;
  };
  if (field.kind === 'boolean') {
    const on = (): boolean => props.values[0] === '1' || props.values[0] === 'true';
    return (
      <Row
        key={field.name}
        title={label()}
        detail={t(on() ? 'yes' : 'no')}
        onOpen={() => props.put([on() ? '0' : '1'])}
      />
    );
  }
  if (field.kind === 'list-single' || field.kind === 'list-multi') {
    const chosen = (): string =>
      field.choices.filter((choice) => props.values.includes(choice.value)).map((choice) => choice.label).join(', ');
    const pick = async (): Promise<void> => {
      const choices = field.choices.map((choice): [string, string] => [choice.value, choice.label || choice.value]);
      const value = await choose(label(), choices, props.values[0] ?? '');
      if (value === null) return;
      if (field.kind === 'list-single') props.put([value]);
      else props.put(props.values.includes(value) ? props.values.filter((it) => it !== value) : [...props.values, value]);
    };
    return <Row key={field.name} title={label()} detail={chosen()} onOpen={() => void pick()} />;
  }
  const picture = field.media.find((media) => media.bytes && media.mediaType.startsWith('image/'));
  const source = picture?.bytes && URL.createObjectURL(new Blob([picture.bytes.slice()], { type: picture.mediaType }));
  return (
    <>
      <Show when={source}>
        {(address) => <img class="captcha" src={address()} alt={t('register.picture')} onLoad={showWrong} />}
      </Show>
      <Field
        key={field.name}
        label={label()}
        hint={hint()}
        kind={field.kind === 'text-private' || field.name === 'password' ? 'password' : 'text'}
        complete={field.name === 'password' ? 'new-password' : 'off'}
        several={field.kind === 'text-multi' || field.kind === 'jid-multi'}
        value={props.values.join('\n')}
        onInput={(value) => props.put(field.kind.endsWith('-multi') ? value.split('\n') : [value])}
      />
    </>
  );
}
