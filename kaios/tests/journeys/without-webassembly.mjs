// Somebody signs in and talks on the app of KaiOS 2.5, in a browser that has no WebAssembly; then the browser is killed, and
// everything is there when it comes back.

import { FLAGS } from '../browser.mjs';
import { Phone, world } from './world.mjs';

// Chromium's only switch for that which holds; it also runs all JavaScript as slowly as an old phone does.
FLAGS.push('--js-flags=--jitless');

/** How long something may take here, in milliseconds. */
const PATIENCE = 120_000;

const phone = new Phone();

async function begin() {
  await phone.start();
  phone.page.setDefaultTimeout(PATIENCE);
  const has = await phone.page.evaluate(() => typeof WebAssembly);
  const inWorker = await phone.page.evaluate(async () => {
    const code = URL.createObjectURL(new Blob(['postMessage(typeof WebAssembly)']));
    const worker = new Worker(code);
    return new Promise((resolve) => (worker.onmessage = (message) => resolve(message.data)));
  });
  if (has !== 'undefined' || inWorker !== 'undefined') throw new Error(`there is WebAssembly: ${has}, ${inWorker}`);
}

await begin();
await phone.focus('signIn');
await phone.press('Enter');
await phone.focus('address');
await phone.type(world.account);
await phone.press('ArrowDown');
await phone.type(world.password);
await phone.press('Enter');
await phone.go('[data-focus="server"]');
await phone.picture('kaios25-asks-for-the-server');
await phone.type(world.websocket);
await phone.press('Enter');
await phone.until('the chat list', () => document.querySelector('[data-focus="password"]') === null);
await phone.press('Enter');
await phone.type(world.contact);
await phone.press('Enter');
await phone.focus('composer');
await phone.type('hello without WebAssembly');
await phone.press('Enter');
await phone.sees('and hello to you 👋🏽');
await phone.picture('kaios25-first-words');
await phone.kill();
await begin();
await phone.sees('and hello to you 👋🏽');
await phone.press('1');
await phone.sees('hello without WebAssembly');
await phone.focus('composer');
await phone.type('after the browser was killed');
await phone.press('Enter');
await phone.sees('after the browser was killed');
await phone.picture('kaios25-after-the-kill');
await phone.sees('heard');
await phone.end();
