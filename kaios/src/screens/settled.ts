// Waits until an account that begins to sign in is online, or says why it is not.

import { engine } from '../app/world';
import type { EngineError } from '../engine/protocol';

/**
 * How long an engine may say nothing, in milliseconds. It says itself what is wrong: it looks for a server for 30 seconds at most, and
 * waits 20 for each step of signing in. Meanwhile a slow phone may compute for half a minute.
 */
const PATIENCE = 150_000;

/** Resolves to null once the account is online, or to what is wrong. */
export function settled(account: string): Promise<EngineError | null> {
  return new Promise((resolve) => {
    const done = (error: EngineError | null): void => {
      clearTimeout(timer);
      stop();
      resolve(error);
    };
    const timer = setTimeout(() => done({ kind: 'timedOut' }), PATIENCE);
    const stop = engine().onEvent((event) => {
      if (event.kind !== 'account' || event.account !== account) return;
      if (event.state === 'online') done(null);
      else if (event.error) done(event.error);
    });
  });
}
