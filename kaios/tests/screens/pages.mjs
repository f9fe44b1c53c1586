// Pictures of the pages about people and about the app, by keys alone.

import { keys, wait } from '../browser.mjs';
import { choose, downs, open, reach, type } from './hands.mjs';

/** Every page, in any language. */
export async function pages(page, { shot }) {
  const menu = async (...names) => keys(page, 'F2', ...names, 'Enter');
  await menu();
  await shot('new-chat');
  await type(page, 'someone@new.example');
  await wait(200);
  await shot('new-chat-stranger');
  await keys(page, 'Escape');
  await menu(...downs(1));
  await shot('search-empty');
  await type(page, 'rain');
  await wait(500);
  await shot('search');
  await keys(page, 'Escape');
  await menu(...downs(2));
  await shot('archive');
  await keys(page, 'Escape');
  await menu(...downs(4));
  await wait(300);
  await shot('profile');
  await keys(page, 'ArrowUp', 'Enter');
  await shot('code');
  await keys(page, 'Escape', ...downs(4), 'Enter');
  await wait(200);
  await shot('devices');
  await keys(page, 'Escape', 'Escape');
  await menu(...downs(6));
  await shot('settings');
  await reach(page, 'ArrowDown', 'size');
  await keys(page, 'Enter');
  await shot('settings-size');
  await keys(page, 'Escape');
  await reach(page, 'ArrowDown', 'about');
  await shot('settings-end');
  await keys(page, 'Enter');
  await shot('about');
  await keys(page, 'Escape', 'ArrowUp', 'Enter');
  await shot('help');
  await keys(page, 'Escape', 'ArrowUp', 'Enter');
  await wait(200);
  await shot('storage');
  await keys(page, 'Escape', 'Escape');
  await reach(page, 'ArrowUp', 'requests');
  await keys(page, 'Enter');
  await shot('requests');
  await keys(page, 'Escape', '1');
  await wait(300);
  await keys(page, 'F2', ...downs(3), 'Enter');
  await wait(300);
  await shot('contact');
  await reach(page, 'ArrowDown', 'files');
  await keys(page, 'Enter');
  await wait(300);
  await shot('shared');
  await keys(page, 'Escape', 'ArrowDown', 'Enter');
  await wait(300);
  await shot('security');
}

/** What those pages ask. */
export async function questions(page, { shot, check }) {
  await keys(page, '1');
  await choose(page, 'Contact details');
  await open(page, 'encryption');
  await keys(page, 'ArrowDown', 'Enter');
  await check('what was chosen is said', () => document.querySelector('[data-focus="encryption"]').textContent.includes('Always'));
  await open(page, 'encryption');
  await shot('encryption');
  await keys(page, 'Escape');
  await reach(page, 'ArrowUp', 'security');
  await keys(page, 'Enter');
  await wait(300);
  await reach(page, 'ArrowDown', 'Dino');
  await shot('security-device');
  await keys(page, 'Enter');
  await shot('security-menu');
  await page.evaluate(() => document.querySelectorAll('.device').forEach((row) => (row.dataset.kept = '')));
  await keys(page, 'Enter');
  await wait(200);
  await check('a decision redraws no row of the devices', () => document.querySelectorAll('.device:not([data-kept])').length === 0);
  await check('the focus stays on the device', () => document.activeElement.textContent.includes('Dino'));
  await open(page, 'link');
  await shot('security-link');
  await keys(page, 'Escape', 'Escape', 'Escape', 'Escape');
  await choose(page, 'My profile');
  await open(page, 'name');
  await shot('profile-name');
  await keys(page, 'Escape');
  await open(page, 'signOut');
  await shot('profile-sign-out');
  await keys(page, 'Escape');
  await open(page, 'delete');
  await shot('profile-delete');
  await keys(page, 'Escape', 'Escape');
  await reach(page, 'ArrowUp', 'requests');
  await keys(page, 'Enter', 'Enter');
  await shot('requests-menu');
  await keys(page, 'Enter');
  await wait(200);
  await shot('requests-none');
}

/** What the settings let one choose. */
export async function choices(page, { shot }) {
  await choose(page, 'Settings');
  for (const name of ['appearance', 'notifications']) {
    await open(page, name);
    await shot(`settings-${name}`);
    await keys(page, 'Escape');
  }
  await open(page, 'notifications');
  await open(page, 'With the text');
  await page.waitForSelector('.toast.shown');
  await shot('settings-denied');
  await open(page, 'limit');
  await shot('settings-limit');
  await keys(page, 'Escape', 'Escape');
  await choose(page, 'Search');
  await type(page, 'no such word');
  await wait(500);
  await shot('search-none');
}

/** Somebody who has two accounts. */
export async function two(page, { shot }) {
  await keys(page, 'F1');
  await type(page, 'someone@new.example');
  await keys(page, 'Enter');
  await shot('choose-account');
  await keys(page, 'Escape', 'Escape');
  await choose(page, 'Settings');
  await shot('settings-two');
  await reach(page, 'ArrowDown', 'notifications');
  await shot('settings-closed');
}
