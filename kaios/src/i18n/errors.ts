// What went wrong, in plain words, each with what to do next.

import type { EngineError } from '../engine/protocol';
import { en } from './en';
import { t, type TextKey } from './index';

/** The text of a named reason, or of the general one if a newer engine has a reason that is not known here. */
function named(prefix: 'failure' | 'problem' | 'sealed', name: string, otherwise: TextKey): string {
  const key = `${prefix}.${name}`;
  return t(key in en ? (key as TextKey) : otherwise);
}

/** Why an own message was not sent. */
export const failureText = (name: string): string => named('failure', name, 'failure.Refused');

/** Why a file is not here. */
export const problemText = (name: string): string => named('problem', name, 'problem.Unreachable');

/** Why a message cannot be read. */
export const sealedText = (name: string): string => named('sealed', name, 'sealed.KeysMissing');

export function errorText(error: EngineError): string {
  switch (error.kind) {
    case 'serverNotFound':
      return t('error.serverNotFound', { domain: error.domain });
    case 'refused':
      return t('error.refused', { condition: error.condition });
    case 'badValue':
      return t('error.badValue', { field: error.field });
    case 'fileNotHere':
      return t('error.fileNotHere', { reason: problemText(error.problem) });
    case 'answersRefused':
      return error.reason ? `${t('error.answersRefused')} (${error.reason})` : t('error.answersRefused');
    default:
      return t(`error.${error.kind}`);
  }
}
