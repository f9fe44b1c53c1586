// A browser's push service on this machine: what Firefox asks of its own (a WebSocket with one JSON object a message), and the
// addresses that it gives out (RFC 8030), for messages without contents. The real ones are on the network.

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

/** Starts it; what Firefox has to know is in `preferences`. */
export async function beginPushService() {
  /** Who listens, by the last part of the address that was given out. */
  const listeners = new Map();
  const web = createServer((request, response) => {
    const found = listeners.get(request.url.split('/').pop());
    if (request.method !== 'POST' || !found) {
      response.writeHead(404).end();
      return;
    }
    const { socket, channelID } = found;
    socket.send(JSON.stringify({ messageType: 'notification', channelID, version: randomUUID() }));
    response.writeHead(201).end();
  });
  await new Promise((resolve) => web.listen(0, '127.0.0.1', resolve));
  const place = `127.0.0.1:${web.address().port}`;
  const sockets = new WebSocketServer({ server: web });
  sockets.on('connection', (socket) => {
    const answer = (message) => socket.send(JSON.stringify(message));
    socket.on('message', (data) => {
      const { messageType, channelID, uaid } = JSON.parse(data);
      if (messageType === 'hello') {
        answer({ messageType, status: 200, uaid: uaid || randomUUID().replaceAll('-', ''), use_webpush: true, broadcasts: {} });
      } else if (messageType === 'register') {
        const name = randomUUID();
        listeners.set(name, { socket, channelID });
        answer({ messageType, channelID, status: 200, pushEndpoint: `http://${place}/push/${name}` });
      } else if (messageType === 'unregister') {
        answer({ messageType, channelID, status: 200 });
      }
    });
  });
  const preferences = {
    'dom.push.serverURL': `ws://${place}/`,
    'dom.push.testing.allowInsecureServerURL': true,
    'dom.push.connection.enabled': true,
    'permissions.default.desktop-notification': 1,
    // There is no desktop here that could show them.
    'alerts.useSystemBackend': false,
    // Or Firefox is told to keep to itself.
    'remote.prefs.recommended': false,
  };
  const end = () => {
    for (const socket of sockets.clients) socket.terminate();
    web.close();
  };
  return { preferences, end };
}
