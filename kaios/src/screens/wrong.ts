// Says in a line what went wrong with something that a person did.

import { errorOf } from '../engine/engine';
import { errorText } from '../i18n/errors';
import { toast } from '../parts/overlays';

export function sayWrong(thrown: unknown): void {
  const wrong = errorOf(thrown);
  // Of an engine that has ended a whole screen tells, and why.
  if (wrong.kind !== 'closed') toast(errorText(wrong));
}
