// Where a server listens, as people type it: a name, a name with a port, or the address of a page or of a WebSocket.

import type { AccountSetup } from '../engine/protocol';

type Listens = Pick<AccountSetup, 'server' | 'websocket'>;

const PARTS = /^(?:([a-z]+):\/\/)?([^/]*)\/?(.*)$/i;
/** What stands for a WebSocket in the address of a page. Nobody means to go without TLS who copies one. */
const SOCKETS: Record<string, string> = { http: 'wss', https: 'wss' };

/** A name leaves the path to the engine, which tries the usual ones; a whole address is taken as it is. */
export function listensAt(typed: string): Listens {
  const [, scheme = 'wss', host = '', path = ''] = PARTS.exec(typed.trim()) ?? [];
  const lower = scheme.toLowerCase();
  const socket = SOCKETS[lower] ?? lower;
  if (socket === 'wss' && path === '') return { server: host || null, websocket: null };
  return { server: null, websocket: `${socket}://${host}/${path}` };
}
