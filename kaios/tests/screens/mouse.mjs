// Pictures of the wide screen and of a phone, by the mouse.

import { keys, wait } from '../browser.mjs';
import { click, type } from './hands.mjs';
import { leaving } from './talking.mjs';

const entry = (at) => `[data-modal] [data-focus="${String(at)}"]`;

/** What most people see, by the mouse. */
export async function byMouse(page, { shot }) {
  const wide = await page.evaluate(() => innerWidth >= 700);
  const more = '.chats [data-focus="header:more"]';
  const back = '.screen:not(.chats) [data-focus="header:back"]';
  await shot('chats');
  await click(page, more);
  await shot('menu');
  await click(page, entry(2));
  await wait(300);
  await shot('profile');
  await click(page, '[data-focus="code"]');
  await shot('code');
  await click(page, back);
  await click(page, back);
  await click(page, more);
  await click(page, entry(4));
  await shot('settings');
  await click(page, back);
  await click(page, '.chats .row:nth-of-type(1)');
  await wait(400);
  await shot('conversation');
  await page.evaluate(() => document.querySelector('.timeline').scrollTo(0, 0));
  await wait(400);
  await shot('conversation-up');
  await page.evaluate(() => [...document.querySelectorAll('.file-picture')].find((it) => it.querySelector('img')).click());
  await wait(300);
  await shot('picture');
  await click(page, back);
  await wait(300);
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
  if (wide) await beside(page, shot);
}

/** What stands beside the list when it is wide. */
async function beside(page, shot) {
  await keys(page, 'Escape', 'Escape', 'Escape');
  await shot('choose');
  await page.keyboard.down('Control');
  await page.keyboard.press('k');
  await page.keyboard.up('Control');
  await type(page, 'ma');
  await wait(500);
  await shot('search');
  await keys(page, 'Escape');
  const last = '.chats .row[data-focus^="chat "]';
  await page.evaluate((rows) => [...document.querySelectorAll(rows)].find((row) => row.textContent.includes('Otieno')).click(), last);
  await wait(400);
  await shot('files');
  await page.evaluate(() => document.querySelector('.timeline').scrollTo(0, 0));
  await wait(300);
  await shot('files-failed');
  await leaving(page, shot, () => click(page, '.composer-line .icon-button'), () => click(page, '.send'));
}
