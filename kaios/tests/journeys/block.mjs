// Somebody is blocked, cannot write, and can again when it was taken back, by keys alone.

import { back, begin, choose, confirm, reach, say, signIn, writeTo } from './steps.mjs';

const { phone, world } = await begin();
await signIn(phone, world);
await writeTo(phone, world.contact);
await say(phone, 'before it');
await phone.message('before it', 'Delivered');
await phone.press('F2');
await choose(phone, 'Contact details');
await phone.screen('contact');
await reach(phone, 'ArrowDown', 'Block');
await phone.press('Enter');
await confirm(phone, 'Block');
await phone.sees('Unblock');
await back(phone, 'chat');
await phone.sees('You have blocked this contact.');
await phone.picture('blocked');
phone.tell('blocked');
await phone.told('unheard');
await reach(phone, 'ArrowUp', 'Unblock');
await phone.press('Enter');
await phone.until('the field is back', () => document.querySelector('[data-focus="composer"]') !== null);
await reach(phone, 'ArrowDown', 'Message');
phone.tell('unblocked');
await phone.message('to alice again');
if (await phone.page.evaluate(() => document.body.innerText.includes('to nobody'))) await phone.never('a refusal');
await phone.end();
