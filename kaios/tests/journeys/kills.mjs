// A browser that is killed again and again while the engine writes: whatever was answered is there when it comes back, once, in its
// order. The page is an empty one beside the app, which asks the engine's worker as the app does.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Phone, world } from './world.mjs';

const ACCOUNT = 'alice@one.test';
const TO = 'bob@one.test';
/** How long it writes before it is killed, at most, in milliseconds; and how many texts are on their way at a time. */
const LONGEST = 800;
const BESIDE = 10;

/** In the page: asks the worker, and tells each answer to a text at once. */
function open(account) {
  const worker = new Worker('engine/worker.js');
  worker.onerror = (event) => fail(new Error(`the worker: ${event.message}`));
  const waiting = new Map();
  let last = 0;
  const views = new Map();
  let fail;
  window.ended = new Promise((_, reject) => (fail = reject));
  worker.onmessage = ({ data }) => {
    if (data.ended) fail(new Error(`the engine: ${JSON.stringify(data.ended)}`));
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
  window.rows = (account, chat) =>
    new Promise((resolve, reject) => {
      views.set(1, (snapshot) => resolve(snapshot.rows.map((row) => row.text)));
      window.ended.catch(reject);
      ask('subscribeTimeline', { view: 1, account, chat, window: 100_000 }).catch(reject);
    });
  window.add = () => {
    const nowhere = { server: null, tls: null, ca: null, pinned: null, dns: null, websocket: 'ws://127.0.0.1:9/' };
    return ask('addAccount', { setup: { jid: account, password: 'secret', ...nowhere } });
  };
  const opened = ask('open', { takeOver: true, limit: 0 });
  return Promise.race([opened, window.ended]);
}

/** Whether Chromium found no database where there was one: now and then, after it was killed, it throws away all that a site has. */
function wasMissing() {
  const folder = join(phone.profile, 'Default/IndexedDB');
  const name = readdirSync(folder).find((it) => it.endsWith('.leveldb'));
  return readFileSync(join(folder, name, 'LOG'), 'utf8').includes('since it was missing');
}

/** What does not end is told by what it is. */
function within(what, done) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`never: ${what}`)), 20_000).unref());
  return Promise.race([done, late]);
}

const phone = new Phone();
const answered = [];
let wiped = 0;
for (let kill = 0; kill <= world.kills; kill += 1) {
  await within('a browser', phone.launch());
  const page = await phone.browser.newPage();
  await page.exposeFunction('told', (text) => answered.push(text));
  await page.goto(`${world.page}manifest.webmanifest`);
  await within(`opened after ${kill} kills`, page.evaluate(open, ACCOUNT));
  const isNew = wasMissing();
  if (isNew) {
    wiped += Number(kill > 0);
    answered.length = 0;
    await page.evaluate(() => window.add());
  }
  const shown = page.evaluate(([account, to]) => window.rows(account, to), [ACCOUNT, TO]);
  const rows = await within(`shown after ${kill} kills`, shown);
  // The last of those that were not answered may have been written as well.
  const kept = rows.filter((text) => answered.includes(text));
  if (JSON.stringify(kept) !== JSON.stringify(answered)) {
    throw new Error(`after ${kill} kills: ${answered.length} were answered, ${kept.length} are there, of ${rows.length}`);
  }
  if (new Set(rows).size !== rows.length) throw new Error(`after ${kill} kills something is there twice`);
  phone.tell('killed', { times: kill, answered: answered.length, there: rows.length, wiped });
  if (kill === world.kills) break;
  // It writes until it is killed: each answer brings the next text.
  const write = (account, to, life, beside) => {
    let number = 0;
    const next = () => {
      number += 1;
      const text = `text ${number} of life ${life}`;
      window.ask('send', { account, to, text, replyTo: null }).then(() => {
        window.told(text);
        next();
      });
    };
    for (let begun = 0; begun < beside; begun += 1) next();
  };
  await page.evaluate(write, ACCOUNT, TO, kill, BESIDE);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST));
  await phone.kill();
}
await phone.end();
