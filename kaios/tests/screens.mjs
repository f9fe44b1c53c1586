// A picture of every screen of the fake world, driven by keys where it is small and by the mouse where it is wide; axe-core looks at each.
// Run: npm run build:fake && npm run screens -- FOLDER [PART OF A NAME]

import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { begin, keys, openApp, wait } from './browser.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const [folder, only = ''] = process.argv.slice(2);
if (!folder) throw new Error('where to? npm run screens -- FOLDER');
mkdirSync(folder, { recursive: true });
const found = [];

/** Writes down what is not as it should be. */
async function check(page, name, what, test) {
  if (!(await page.evaluate(test))) found.push(`${name}: not so: ${what}`);
}

async function look(page, name) {
  await wait(120);
  if (name.startsWith('small') || name.startsWith('flat')) {
    await check(page, name, 'something has the focus', () => document.activeElement !== document.body);
    await check(page, name, 'nothing is wider than the screen', () => document.documentElement.scrollWidth <= innerWidth);
  }
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  for (const { id, nodes } of violations) {
    for (const node of nodes) found.push(`${name}: axe ${id}: ${node.target.join(' ')}: ${node.failureSummary}`);
  }
}

const click = async (page, selector) => {
  await page.locator(selector).click();
  await wait(250);
};
const type = (page, text) => page.keyboard.type(text);

/** The way in. */
async function comingIn(page, shot) {
  await shot('welcome');
  await keys(page, 'Enter');
  await shot('sign-in');
  await type(page, 'mara@larimar.example');
  await keys(page, 'ArrowDown');
  await type(page, 'wrong');
  await keys(page, 'Enter');
  await wait(700);
  await shot('sign-in-wrong');
  await keys(page, 'Escape', 'Enter');
  await type(page, 'mara@nowhere.example');
  await keys(page, 'ArrowDown');
  await type(page, 'secret');
  await keys(page, 'Enter');
  await wait(700);
  await shot('sign-in-server');
  await keys(page, 'Escape', 'ArrowDown', 'Enter');
  await shot('register');
  await type(page, 'form.example');
  await keys(page, 'Enter');
  await shot('register-form');
  await keys(page, 'Escape', 'ArrowDown', 'Enter');
  await shot('invite');
}

/** The same with a finger: no field takes the focus by itself, because a keyboard would jump up. */
async function byTouch(page, shot) {
  await shot('welcome');
  await click(page, '[data-focus="signIn"]');
  await shot('sign-in');
  await page.locator('[data-focus="address"]').fill('mara@nowhere.example');
  await page.locator('[data-focus="password"]').fill('secret');
  await click(page, '[data-focus="go"]');
  await wait(700);
  await shot('sign-in-server');
}

/** The list and a conversation, by keys alone. */
async function chatting(page, shot) {
  await shot('chats');
  await keys(page, 'ArrowDown', 'ArrowDown');
  await keys(page, 'F2');
  await shot('chats-options');
  await keys(page, 'Escape', 'hold Enter');
  await shot('chat-menu');
  await keys(page, 'Escape', '1');
  await wait(300);
  await shot('conversation');
  await check(page, 'conversation', 'it opens at its end', () => {
    const view = document.querySelector('.timeline');
    return view.scrollHeight - view.scrollTop - view.clientHeight < 2;
  });
  await keys(page, 'ArrowUp', 'ArrowUp', 'ArrowUp');
  await shot('conversation-picture');
  await keys(page, ...Array(6).fill('ArrowUp'));
  await shot('conversation-up');
  await keys(page, 'F2');
  await shot('message-menu');
  await keys(page, 'Escape', 'F1');
  await type(page, 'Asante!');
  await shot('reply');
  await keys(page, 'Enter');
  await wait(900);
  await shot('sent');
  await keys(page, 'F1');
  await shot('emoji');
  await keys(page, 'Escape', 'Escape');
  await keys(page, '3');
  await wait(300);
  await shot('unread');
  await check(page, 'unread', 'it opens where the new messages begin', () => {
    const line = document.querySelector('.unread-line').getBoundingClientRect();
    const view = document.querySelector('.timeline').getBoundingClientRect();
    return line.top >= view.top && line.bottom <= view.bottom;
  });
}

/** The pages about people and about the app, by keys alone. */
async function pages(page, shot) {
  const menu = async (...names) => keys(page, 'F2', ...names, 'Enter');
  const downs = (count) => Array(count).fill('ArrowDown');
  await menu();
  await shot('new-chat');
  await type(page, 'someone@new.example');
  await wait(200);
  await shot('new-chat-stranger');
  await keys(page, 'Escape');
  await menu(...downs(1));
  await type(page, 'rain');
  await wait(500);
  await shot('search');
  await keys(page, 'Escape');
  await menu(...downs(2));
  await shot('archive');
  await keys(page, 'Escape');
  await menu(...downs(3));
  await wait(300);
  await shot('profile');
  await keys(page, 'ArrowUp', 'Enter');
  await shot('code');
  await keys(page, 'Escape', ...downs(4), 'Enter');
  await wait(200);
  await shot('devices');
  await keys(page, 'Escape', 'Escape');
  await menu(...downs(5));
  await shot('settings');
  await keys(page, ...downs(2), 'Enter');
  await shot('settings-size');
  await keys(page, 'Escape', ...downs(9));
  await shot('settings-end');
  await keys(page, 'Enter');
  await shot('about');
  await keys(page, 'Escape', 'ArrowUp', 'Enter');
  await shot('help');
  await keys(page, 'Escape', 'ArrowUp', 'Enter');
  await shot('storage');
  await keys(page, 'Escape', 'Escape');
  await keys(page, 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'Enter');
  await shot('requests');
  await keys(page, 'Escape', '1');
  await wait(300);
  await keys(page, 'F2', ...downs(3), 'Enter');
  await wait(300);
  await shot('contact');
  await keys(page, ...downs(2), 'Enter');
  await wait(300);
  await shot('shared');
  await keys(page, 'Escape', 'ArrowDown', 'Enter');
  await wait(300);
  await shot('security');
  await keys(page, ...downs(2), 'Enter');
  await shot('security-device');
}

/** The same by the mouse. */
async function byMouse(page, shot) {
  const wide = await page.evaluate(() => innerWidth >= 700);
  await shot('chats');
  await click(page, '[data-focus="header:more"]');
  await shot('menu');
  await click(page, '[data-focus="1"]');
  await wait(300);
  await shot('profile');
  await click(page, '[data-focus="code"]');
  await shot('code');
  await click(page, '[data-focus="header:back"]');
  await click(page, '[data-focus="header:back"]');
  await click(page, '.chats .row:nth-of-type(2)');
  await wait(400);
  await shot('conversation');
  await page.evaluate(() => document.querySelector('.timeline').scrollTo(0, 0));
  await wait(400);
  await shot('conversation-up');
  await click(page, '.conversation [data-focus="header:search"]');
  await type(page, 'seeds');
  await wait(400);
  await keys(page, 'Enter');
  await shot('find');
  await click(page, '[data-focus="find end"]');
  await click(page, '[data-focus="header:title"]');
  await wait(300);
  await shot('contact');
  await click(page, '[data-focus="security"]');
  await wait(300);
  await shot('security');
  if (!wide) return;
  await keys(page, 'Escape', 'Escape', 'Escape');
  await shot('choose');
  await page.keyboard.down('Control');
  await page.keyboard.press('k');
  await page.keyboard.up('Control');
  await type(page, 'ma');
  await wait(500);
  await shot('search');
}

const STORIES = [
  ['small-light', { size: 'small', world: 'new' }, comingIn],
  ['small-light', { size: 'small' }, chatting],
  ['small-dark', { size: 'small', scheme: 'dark' }, chatting],
  ['small-light', { size: 'small' }, pages],
  ['small-dark', { size: 'small', scheme: 'dark' }, pages],
  ['small-ar', { size: 'small', settings: { language: 'ar' } }, chatting],
  ['small-hi', { size: 'small', settings: { language: 'hi' } }, pages],
  ['small-large', { size: 'small', settings: { size: 'large' } }, chatting],
  ['small-contrast', { size: 'small', settings: { contrast: true } }, chatting],
  ['flat-light', { size: 'flat', world: 'new' }, comingIn],
  ['flat-light', { size: 'flat' }, chatting],
  ['phone-light', { size: 'phone' }, byMouse],
  ['phone-dark', { size: 'phone', scheme: 'dark' }, byMouse],
  ['wide-light', { size: 'wide' }, byMouse],
  ['wide-dark', { size: 'wide', scheme: 'dark' }, byMouse],
  ['wide-ar', { size: 'wide', settings: { language: 'ar' } }, byMouse],
  ['wide-light', { size: 'wide', world: 'new' }, comingIn],
  ['phone-light', { size: 'phone', world: 'new' }, byTouch],
  ...['storeInUse', 'storeDamaged', 'offline', 'failed', 'empty'].flatMap((world) => [
    ['small-light', { size: 'small', world }, (page, shot) => shot(world)],
    ['wide-light', { size: 'wide', world }, (page, shot) => shot(world)],
  ]),
];

const app = await begin();
let count = 0;
for (const [name, how, story] of STORIES) {
  if (!`${name} ${story.name}`.includes(only)) continue;
  const { page, problems, close } = await openApp(app, how);
  const shot = async (screen) => {
    count += 1;
    await look(page, `${name}-${screen}`);
  };
  try {
    await story(page, shot);
  } catch (error) {
    found.push(`${name} ${story.name}: ${error}`);
    await page.screenshot({ path: join(folder, `failed-${name}-${story.name}.png`) });
  }
  found.push(...problems.map((problem) => `${name}: ${problem}`));
  await close();
}
await app.end();
console.log(`${count} pictures in ${folder}`);
for (const line of new Set(found)) console.log(line);
process.exitCode = found.length > 0 ? 1 : 0;
