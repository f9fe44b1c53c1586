// What somebody does on another device is seen here, by keys alone.

import { back, begin, say, signIn, writeTo } from './steps.mjs';

const { phone, world } = await begin();
await signIn(phone, world);
await writeTo(phone, world.contact);
await say(phone, 'written in the browser');
await phone.message('You, written on the tablet');
await back(phone, 'chats');
phone.tell('in the list');
await phone.sees('read on the tablet');
await phone.sees('1 unread message');
await phone.picture('unread');
phone.tell('unread');
await phone.until('it was read elsewhere', () => !document.body.textContent.includes('unread message'));
await phone.picture('in-step');
await phone.end();
