// An address as people type it.

import { engine } from '../app/world';
import { errorOf } from '../engine/engine';
import type { EngineError } from '../engine/protocol';

/** As the engine writes it, so that it is one with those that are known. Rejects with `badAddress` if it is none. */
export async function addressOf(typed: string): Promise<string> {
  try {
    return (await engine().call('readUri', { text: typed })).address;
  } catch (thrown) {
    const wrong = errorOf(thrown);
    const none: EngineError = { kind: 'badAddress' };
    throw wrong.kind === 'badValue' ? none : wrong;
  }
}
