// The browser has no room left while somebody writes: that is said, and with room again everything that left is there.

import { begin, openFirst, say, signIn, writeTo } from './steps.mjs';
import { wait } from '../browser.mjs';
import { world } from './world.mjs';

/** What Firefox gives to all pages together, in kilobytes. */
const room = (kilobytes) => ({ 'dom.quotaManager.temporaryStorage.fixedLimit': kilobytes });

world.preferences = room(3_000);
const { phone } = await begin();
await signIn(phone, world);
await writeTo(phone, world.contact);
await say(phone, 'while there is room');
await phone.message('while there is room', 'Delivered');
const isFull = () => phone.page.evaluate(() => document.body.innerText.includes('There is no room left on this device.'));
const write = (text) =>
  phone.page.evaluate((value) => {
    const field = document.querySelector('[data-focus="composer"]');
    if (!field) return;
    field.value = value;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }, text);
for (let number = 1; !(await isFull()); number += 1) {
  if (number > 300) await phone.never('a full browser');
  await write(`number ${String(number)} ${'and so on '.repeat(2000)}`);
  await phone.press('Enter');
  await wait(150);
}
await phone.picture('no-room');
phone.tell('full');
await phone.kill();
world.preferences = room(2_000_000);
await phone.start();
await openFirst(phone, 'number');
await say(phone, 'with room again');
await phone.message('with room again', 'Delivered');
const said = await phone.page.evaluate(() =>
  Array.from(document.querySelectorAll('.message'), (row) => /while there is room|number \d+|with room again/.exec(row.ariaLabel)?.[0]),
);
phone.tell('said', { said });
await phone.end();
