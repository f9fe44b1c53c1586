// Asks where a server listens: only once it was looked for, and not found.

import type { JSX } from 'solid-js';
import type { EngineError } from '../engine/protocol';
import { t } from '../i18n';
import { errorText } from '../i18n/errors';
import { Field } from '../parts/field';

/** Whether this can be mended by somebody who knows where the server listens. */
export const wantsServer = (wrong: EngineError): boolean => wrong.kind === 'serverNotFound' || wrong.kind === 'notXmpp';

/** Whether this is wrong with what was said of it. */
export const isAboutServer = (wrong: EngineError): boolean =>
  wrong.kind === 'badValue' && (wrong.field === 'server' || wrong.field === 'websocket');

export function ServerField(props: { key: string; value: string; error: EngineError | null; onInput: (value: string) => void }): JSX.Element {
  return (
    <Field
      key={props.key}
      label={t('signIn.server')}
      hint={t('signIn.server.hint')}
      kind="url"
      value={props.value}
      error={props.error && isAboutServer(props.error) ? errorText(props.error) : null}
      onInput={props.onInput}
    />
  );
}
