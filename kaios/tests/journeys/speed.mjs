// How fast the app is in Chromium: the bench (tests/bench/src/browser.rs) starts this and says when to go on. It signs in as a new
// device and waits until the whole archive is stored; then it opens without a network and scrolls through a long conversation,
// both on a processor that is so many times slower.

import { readFileSync, readdirSync } from 'node:fs';
import { back, openFirst, signIn } from './steps.mjs';
import { Phone, world } from './world.mjs';

/** How long the archive and the longest conversation may take, in milliseconds. */
const LONG = 280_000;
/** Messages on a page of the archive. */
const PAGE = 250;
/** Frames that are scrolled in one go, before a plain text has its turn with half as many. */
const PART = 1000;
/** How far one frame scrolls, in pixels: a quick thumb. */
const STEP = 120;

/** In the page, before the app: the time from giving an account to the engine until so many messages are stored. */
function watchArchive(messages, pages) {
  /** A number that the app does not come to. */
  const COUNT = 4_000_000_000;
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (...given) {
    post.apply(this, given);
    if (given[0].cmd !== 'addAccount') return;
    const began = performance.now();
    this.addEventListener('message', ({ data }) => {
      if (data.event?.kind === 'sync' && data.event.page >= pages) post.call(this, { id: COUNT, cmd: 'stats' });
      if (data.id === COUNT && data.ok.messages === messages) window.storedAfter ??= performance.now() - began;
    });
  };
}

/**
 * In the page, before the app: the time from the navigation until the first chats are on the screen; and until the words of the
 * first one are, which a key opens in that moment.
 */
function watchChats() {
  const once = (selector, then) => {
    const look = () => {
      if (document.querySelector(selector) === null) requestAnimationFrame(look);
      // A frame begins with this, and has drawn it when the next begins.
      else requestAnimationFrame(() => then(performance.now()));
    };
    requestAnimationFrame(look);
  };
  once('.chats [data-focus^="chat "]', (now) => {
    window.drawnAfter = now;
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: '1', code: 'Digit1', bubbles: true, cancelable: true }));
    document.activeElement.dispatchEvent(new KeyboardEvent('keyup', { key: '1', code: 'Digit1', bubbles: true, cancelable: true }));
    once('.timeline .message', (then) => (window.talkAfter = then));
  });
}

/** In the page: scrolls one way for so many frames, or until there is nothing further; how long each took. */
async function scrollOn({ step, key }, most) {
  const view = document.querySelector('.timeline');
  const beginning = () => view.scrollTop === 0 && document.querySelector('.older').textContent === 'This is where the conversation begins.';
  const end = () => view.scrollTop + view.clientHeight >= view.scrollHeight - 1;
  const hasEnded = step > 0 ? end : beginning;
  // A phone repeats a key that is held with every other frame of its screen.
  const hold = (turn) => turn % 2 === 0 && document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, repeat: turn > 0 }));
  const frames = [];
  let last = await new Promise(requestAnimationFrame);
  while (frames.length < most && !hasEnded()) {
    if (key) hold(frames.length);
    else view.scrollBy(0, step);
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  return { frames, ended: hasEnded() };
}

/** In a page of nothing else: as many lines of text as so many frames scroll through. */
function writeText(count) {
  document.body.textContent = 'A line of a text.\n'.repeat(count * 10);
  document.body.style.whiteSpace = 'pre-line';
}

/** In that page: how long frames take when it is scrolled from its beginning. */
async function scrollText(count, step) {
  scrollTo(0, 0);
  const frames = [];
  let last = await new Promise(requestAnimationFrame);
  while (frames.length < count) {
    scrollBy(0, step);
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  return frames;
}

/** Puts a page in front, and slows it instead of another one: what slows an idle page computes, too. */
async function turnTo(page, other) {
  await other.emulateCPUThrottling(1);
  await page.bringToFront();
  await page.emulateCPUThrottling(world.slower);
}

/** Scrolls one way until there is nothing further, and by turns a plain text: both meet the same machine. */
async function scrollAll(page, text, how) {
  const [frames, floor] = [[], []];
  for (let ended = false; !ended; ) {
    await turnTo(page, text);
    const part = await page.evaluate(scrollOn, how, PART);
    frames.push(...part.frames);
    ended = part.ended;
    await turnTo(text, page);
    floor.push(...(await text.evaluate(scrollText, PART / 2, STEP)));
  }
  return { frames, floor };
}

/** A page with a plain text, which has been drawn. */
async function openText(browser) {
  const text = await browser.newPage();
  await text.goto(`${world.page}manifest.webmanifest`);
  await text.evaluate(writeText, PART / 2);
  await text.evaluate(scrollText, 10, STEP);
  return text;
}

/**
 * The engine's thread: its process and its number. Linux shows the name that Chromium gives it. A thread that it begins has the same
 * name until it gets its own one: that is waited for.
 */
async function engineThread(browser) {
  for (let tries = 0; ; tries += 1) {
    const found = engineThreads(browser);
    if (found.length === 1) return found[0];
    if (tries === 50) throw new Error(`${found.length} threads of engines`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function engineThreads(browser) {
  const numbers = (folder) => readdirSync(folder).filter((name) => /^\d+$/.test(name));
  const isBelow = (process) => {
    for (let at = process; Number(at) > 1; ) {
      if (Number(at) === browser) return true;
      at = readFileSync(`/proc/${at}/stat`, 'utf8').replace(/.*\) \S+ /s, '').split(' ')[0];
    }
    return false;
  };
  const threads = (process) =>
    numbers(`/proc/${process}/task`)
      .map((thread) => `/proc/${process}/task/${thread}`)
      .filter((thread) => readFileSync(`${thread}/comm`, 'utf8').startsWith('DedicatedWorker'));
  return numbers('/proc').flatMap((process) => {
    try {
      return isBelow(process) ? threads(process) : [];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

/** How long a thread has computed, in milliseconds. */
const computed = (thread) => Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

/** Bytes of JavaScript in the page and in its worker, and of the worker's WebAssembly, after both have tidied up. */
async function heaps(page) {
  const own = await page.createCDPSession();
  const [{ client: workers }] = page.workers();
  const used = async (client) => {
    await client.send('HeapProfiler.collectGarbage');
    return (await client.send('Runtime.getHeapUsage')).usedSize;
  };
  const memories = async (client) => {
    const { result: type } = await client.send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
    const { objects } = await client.send('Runtime.queryObjects', { prototypeObjectId: type.objectId });
    const functionDeclaration = 'function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }';
    const asked = { objectId: objects.objectId, functionDeclaration, returnByValue: true };
    return (await client.send('Runtime.callFunctionOn', asked)).result.value;
  };
  return { page: await used(own), worker: await used(workers), memory: await memories(workers) };
}

/** A browser with the app's page that is not opened yet. */
async function launched(phone) {
  await phone.launch();
  await phone.blank();
}

async function signInAnew(round) {
  const phone = new Phone();
  await launched(phone);
  await phone.page.evaluateOnNewDocument(watchArchive, world.messages, Math.ceil(world.messages / PAGE));
  await phone.visit();
  await signIn(phone, world);
  await phone.page.waitForFunction(() => window.storedAfter !== undefined, { timeout: LONG, polling: 200 });
  phone.tell('stored', { round, ms: await phone.page.evaluate(() => window.storedAfter) });
  return phone;
}

/** Opens the app slowed down. What the engine computes is not slowed: Chromium slows pages alone. */
async function openSlowly(phone, round) {
  await launched(phone);
  // Somewhere on the same site: slowness stays with the process.
  await phone.page.goto(`${world.page}manifest.webmanifest`);
  await phone.page.emulateCPUThrottling(world.slower);
  await phone.page.evaluateOnNewDocument(watchChats);
  await phone.visit();
  await phone.page.waitForFunction(() => window.talkAfter !== undefined);
  const engine = computed(await engineThread(phone.browser.process().pid));
  const { ms, talk } = await phone.page.evaluate(() => ({ ms: window.drawnAfter, talk: window.talkAfter }));
  phone.tell('opened', { round, ms, talk, engine });
}

let phone;
for (let round = 1; round <= world.rounds; round += 1) {
  phone = await signInAnew(round);
  await phone.browser.close();
  await phone.told('next');
}
for (let round = 1; round <= world.rounds; round += 1) {
  await openSlowly(phone, round);
  if (round < world.rounds) await phone.browser.close();
}
await back(phone, 'chats');
await openFirst(phone, 'The longest');
const { page } = phone;
const text = await openText(phone.browser);
for (const [at, how] of [{ step: -STEP }, { step: STEP }, { key: 'ArrowUp' }].entries()) {
  phone.tell('scrolled', { round: at + 1, ...(await scrollAll(page, text, how)) });
}
await text.close();
phone.tell('heaps', { round: 1, ...(await heaps(page)) });
await phone.end();
