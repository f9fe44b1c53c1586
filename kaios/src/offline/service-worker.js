// Keeps the app itself in the browser, so that it opens without a network. Messages are not its business: the engine has them.
// The build puts in the names of all files, and a name that changes whenever one of them does.

const NAME = '__NAME__';
const FILES = __FILES__;
/** What the page leaves for notifications: what they say, in its language. */
const WORDS = 'larimar-words';

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(FILES)));
});

self.addEventListener('activate', (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== NAME && name !== WORDS).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

/** From the network, and kept; from what is kept where there is no network. */
async function fresh(request) {
  const cache = await caches.open(NAME);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}

async function answer(request) {
  const wanted = request.mode === 'navigate' ? './' : request;
  return (await caches.match(wanted, { cacheName: NAME })) || fresh(request);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(self.registration.scope)) return;
  // A file of a message, that lies on the same host: the engine keeps it itself, and takes it in pieces.
  if (request.cache === 'no-store') return;
  // Where the server is can change: it is always asked for anew.
  if (new URL(request.url).pathname.startsWith('/.well-known/')) return;
  // Who hosts the app may change this file alone.
  const isChanged = new URL(request.url).pathname.endsWith('/push.json');
  event.respondWith(isChanged ? fresh(request) : answer(request));
});

/** Something came for somebody whose app may be closed. What, is known once it is open. */
async function tell() {
  const open = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  open.forEach((client) => client.postMessage({ kind: 'push' }));
  // Who looks at the app sees it there.
  if (open.some((client) => client.focused)) return;
  const kept = await caches.match('./words.json', { cacheName: WORDS });
  const { news, language } = kept ? await kept.json() : { news: 'New message', language: 'en' };
  await self.registration.showNotification('Larimar', { body: news, lang: language, tag: 'news', icon: './icons/larimar-192.png' });
}

self.addEventListener('push', (event) => event.waitUntil(tell()));

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const show = async () => {
    const [open] = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    if (!open) return self.clients.openWindow('./');
    open.postMessage(event.notification.data);
    return open.focus();
  };
  event.waitUntil(show());
});
