// Pictures of the way in, and of what can keep somebody out.

import { keys, wait } from '../browser.mjs';
import { click, downs, reach, type } from './hands.mjs';

async function signInAs(page, address, password) {
  await type(page, address);
  await keys(page, 'ArrowDown');
  await type(page, password);
  await keys(page, 'Enter');
  await page.waitForSelector('.field.wrong');
}

/** The way in, by keys. */
export async function comingIn(page, { shot, check }) {
  await shot('welcome');
  await keys(page, 'Enter');
  await shot('sign-in');
  await signInAs(page, 'mara@larimar.example', 'wrong');
  await shot('sign-in-wrong');
  await keys(page, 'Escape', 'Enter');
  await signInAs(page, 'mara@nowhere.example', 'secret');
  await shot('sign-in-server');
  await keys(page, 'ArrowDown');
  await type(page, 'chat.nowhere.example');
  await keys(page, 'Enter');
  await page.waitForSelector('.chats');
  await check('a name is enough where the server was not found', () => !document.querySelector('.form-error, .field.wrong'));
}

/** A new account, and an invitation, by keys. */
export async function joining(page, { shot }) {
  await keys(page, 'ArrowDown', 'Enter');
  await shot('register');
  await type(page, 'form.example');
  await keys(page, 'Enter');
  await shot('register-form');
  await type(page, 'taken');
  await keys(page, 'ArrowDown');
  await type(page, 'long enough');
  await keys(page, 'ArrowDown');
  await type(page, '7K4mq');
  await keys(page, 'Enter');
  await page.waitForSelector('.form-error');
  await shot('register-taken');
  await keys(page, 'Escape', 'ArrowDown', 'Enter');
  await shot('invite');
  await type(page, 'nothing');
  await keys(page, 'Enter');
  await shot('invite-wrong');
}

/** The language is chosen before anything else, by keys. */
export async function languages(page, { shot }) {
  await keys(page, 'F1');
  await shot('language');
}

/** The way in with a finger: no field takes the focus by itself, because a keyboard would jump up. */
export async function byTouch(page, { shot }) {
  await shot('welcome');
  await click(page, '[data-focus="signIn"]');
  await shot('sign-in');
  await page.locator('[data-focus="address"]').fill('mara@nowhere.example');
  await page.locator('[data-focus="password"]').fill('secret');
  await click(page, '[data-focus="go"]');
  await page.waitForSelector('.field.wrong');
  await shot('sign-in-server');
}

/** One picture of a world as it opens. */
export const opened = (world) =>
  async function opening(_page, { shot }) {
    await shot(world);
  };

/** Beginning anew is asked about. */
export async function damaged(page, { shot }) {
  await shot('storeDamaged');
  await keys(page, ...downs(1), 'ArrowUp', 'Enter');
  await shot('storeDamaged-ask');
}

/** Nothing is here yet; and what comes and goes by itself moves nothing. */
export async function empty(page, { shot, check }) {
  await shot('empty');
  const place = () => document.querySelector('.empty .button').getBoundingClientRect().top;
  const before = await page.evaluate(place);
  await page.evaluate(() => {
    const [own] = globalThis.fake.world.accounts;
    own.state = 'connecting';
    globalThis.fake.tell({ kind: 'account', ...own });
  });
  await wait(100);
  await shot('connecting');
  await check('the line about the connection is there', () => document.querySelector('.notice') !== null);
  await check('it moves nothing', `(${String(place)})() === ${String(before)}`);
  await keys(page, 'F2', ...downs(2), 'Enter');
  await shot('archive-empty');
  await keys(page, 'Escape', 'F1');
  await shot('new-chat-empty');
}

/** The engine ends while somebody is in the app: that it had begun is not denied. */
export async function ended(page, { shot, check }) {
  await page.evaluate(() => globalThis.fake.end({ kind: 'storageFull' }));
  await wait(200);
  await shot('ended');
  await check('it says that it has stopped', () => document.querySelector('.trouble-title').textContent === 'Larimar has stopped');
  await page.evaluate(() => document.querySelector('[data-focus="again"]').click());
  await page.waitForSelector('.chats');
}

/** What has the focus, and all that could be pressed: where it is. */
const placed = () => {
  const places = [...document.querySelectorAll('.row, .icon-button')].map((row) => `${row.dataset.focus} ${row.getBoundingClientRect().top}`);
  return JSON.stringify([document.activeElement.dataset.focus, places.filter((place) => !place.startsWith('trouble'))]);
};

/** Lets something happen that nobody here asked for, and waits until it is seen: it moves nothing. */
async function unmoved(page, check, happens, seen) {
  const before = await page.evaluate(placed);
  await page.evaluate(happens);
  await page.waitForSelector(seen);
  await check('neither the focus nor any row has moved', `(${String(placed)})() === ${JSON.stringify(before)}`);
}

/** An account that cannot sign in any more is told of below the list, which stays where it is, and first in the menu. */
export async function failing(page, { shot, check }) {
  await keys(page, ...downs(2));
  const fails = () => {
    const [own] = globalThis.fake.world.accounts;
    Object.assign(own, { state: 'failed', error: { kind: 'wrongPassword' } });
    globalThis.fake.tell({ kind: 'account', ...own });
  };
  await unmoved(page, check, fails, '[data-focus="trouble"]');
  await keys(page, 'F2');
  await shot('failed-menu');
  await keys(page, 'Enter');
  await check('the first entry leads to the account', () => document.querySelector('[data-scope^="profile"]') !== null);
}

/** Somebody asks to be a contact, and then somebody else: the header tells of them, and the list stays where it is. */
export async function asked(page, { shot, check }) {
  const ask = (wanted) => {
    globalThis.fake.world.contacts.forEach((row, at) => (row.requests = at < wanted));
    globalThis.fake.changed('contacts');
  };
  const counted = () => document.querySelector('.asked span')?.textContent;
  await page.evaluate(ask, 0);
  await page.waitForFunction(() => document.querySelector('.asked') === null);
  await keys(page, ...downs(1));
  await unmoved(page, check, `(${String(ask)})(1)`, '.asked');
  await page.evaluate(ask, 3);
  await page.waitForFunction(`(${String(counted)})() === '3'`);
  await keys(page, ...downs(6));
  await shot('asked');
  await page.evaluate(ask, 1);
  await keys(page, ...Array(8).fill('ArrowUp'));
  await reach(page, 'ArrowLeft', 'requests');
  await shot('asked-focus');
  await page.evaluate(ask, 0);
  await page.waitForFunction(() => document.querySelector('.asked') === null);
  await check('the focus goes on to what comes next', () => document.activeElement.matches('.chats .row, .chats .icon-button'));
}
