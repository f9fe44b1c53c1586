// Who has the store: one tab at a time. A lock of the browser's where there are such locks, else a question to the other tabs.
// Either only spares people a surprise: that nothing is written by two is the disk's own affair.

const LOCK = 'larimar-store';
/** How long another tab may take to say that it has the store, in milliseconds. */
const PATIENCE = 600;

/** Tells whether another tab has the store; from then on this one says that it has it, and hears when it is taken over. */
export async function take(takeOver: boolean, lost: () => void): Promise<boolean> {
  if ('locks' in navigator) return lock(takeOver, lost);
  return ask(takeOver, lost);
}

function lock(takeOver: boolean, lost: () => void): Promise<boolean> {
  return new Promise((resolve) => {
    const options = takeOver ? { steal: true } : { ifAvailable: true };
    // Asked for before it is used: a browser without it takes the other way.
    // eslint-disable-next-line compat/compat
    navigator.locks
      .request(LOCK, options, (held) => {
        resolve(held !== null);
        // Kept until the worker ends.
        return held === null ? undefined : new Promise<never>(() => undefined);
      })
      .catch(lost);
  });
}

function ask(takeOver: boolean, lost: () => void): Promise<boolean> {
  const channel = new BroadcastChannel(LOCK);
  return new Promise((resolve) => {
    const have = (): void => {
      channel.onmessage = (message: MessageEvent<string>) => {
        if (message.data === 'who') channel.postMessage('me');
        if (message.data === 'mine') {
          channel.close();
          lost();
        }
      };
      resolve(true);
    };
    if (takeOver) {
      channel.postMessage('mine');
      have();
      return;
    }
    const waiting = setTimeout(have, PATIENCE);
    channel.onmessage = (message: MessageEvent<string>) => {
      if (message.data !== 'me') return;
      clearTimeout(waiting);
      channel.close();
      resolve(false);
    };
    channel.postMessage('who');
  });
}
