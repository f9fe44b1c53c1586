// A browser that is killed again and again while the engine writes: whatever was answered is there when it comes back, once, in its
// order. The page is an empty one beside the app, which asks the engine's worker as the app does.

import { Phone, world } from './world.mjs';

const ACCOUNT = 'alice@one.test';
const TO = 'bob@one.test';
/** About as long as all texts of one life take, in milliseconds. */
const LONGEST = 1500;
const TEXTS = 500;

/** In the page: asks the worker, and tells each answer to a text at once. */
function open(account, fresh) {
  const worker = new Worker('engine/worker.js');
  const waiting = new Map();
  let last = 0;
  const views = new Map();
  worker.onmessage = ({ data }) => {
    if (data.view !== undefined) views.get(data.view)?.(data.snapshot);
    const done = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.error) done?.reject(new Error(JSON.stringify(data.error)));
    else done?.resolve(data.ok);
  };
  const ask = (cmd, fields) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      worker.postMessage({ id: last, cmd, ...fields });
    });
  window.ask = ask;
  window.rows = (chat) =>
    new Promise((resolve) => {
      views.set(1, (snapshot) => resolve(snapshot.rows.map((row) => row.text)));
      ask('subscribeTimeline', { view: 1, account, chat, window: 100_000 });
    });
  return ask('open', { takeOver: true, limit: 0 }).then(() => {
    const nowhere = { server: null, tls: null, ca: null, pinned: null, dns: null, websocket: 'ws://127.0.0.1:9/' };
    return fresh ? ask('addAccount', { setup: { jid: account, password: 'secret', ...nowhere } }) : null;
  });
}

const phone = new Phone();
const answered = [];
for (let kill = 0; kill <= world.kills; kill += 1) {
  await phone.launch();
  const page = await phone.browser.newPage();
  await page.exposeFunction('told', (text) => answered.push(text));
  await page.goto(`${world.page}manifest.webmanifest`);
  await page.evaluate(open, ACCOUNT, kill === 0);
  const rows = kill === 0 ? [] : await page.evaluate((to) => window.rows(to), TO);
  // The last of those that were not answered may have been written as well.
  const kept = rows.filter((text) => answered.includes(text));
  if (JSON.stringify(kept) !== JSON.stringify(answered)) {
    throw new Error(`after ${kill} kills: ${answered.length} were answered, ${kept.length} are there, of ${rows.length}`);
  }
  if (new Set(rows).size !== rows.length) throw new Error(`after ${kill} kills something is there twice`);
  phone.tell('killed', { times: kill, answered: answered.length, there: rows.length });
  if (kill === world.kills) break;
  const write = (account, to, first, count) => {
    for (let next = first; next < first + count; next += 1) {
      const text = `text ${next}`;
      window.ask('send', { account, to, text, replyTo: null }).then(() => window.told(text));
    }
  };
  await page.evaluate(write, ACCOUNT, TO, kill * TEXTS, TEXTS);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST));
  await phone.kill();
}
await phone.end();
