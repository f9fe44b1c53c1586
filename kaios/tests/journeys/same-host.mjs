// The app and the files of messages lie on the same host: what the app keeps of itself holds no such file.

import { begin, largeFile, signIn } from './steps.mjs';

const { phone, world } = await begin();
await phone.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
// Opened anew, the engine's requests pass the service worker as well.
await phone.visit();
await phone.until('the service worker', () => navigator.serviceWorker.controller !== null);
await signIn(phone, world);
phone.tell('signed in');
await largeFile(phone);
const kept = await phone.page.evaluate(async () => {
  const addresses = async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url);
  return (await Promise.all((await caches.keys()).map(addresses))).flat();
});
if (!kept.some((address) => address.endsWith('/larimar.wasm'))) await phone.never(`the engine is kept: ${kept}`);
if (kept.some((address) => address.includes('/upload/'))) await phone.never(`the file is left alone: ${kept}`);
await phone.end();
