// Waits until an account that begins to sign in is online, or says why it is not.

import { engine } from '../app/world';
import type { EngineError } from '../engine/protocol';

/** How long a person is kept waiting before the app goes on by itself, in milliseconds. */
const PATIENCE = 30_000;

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
