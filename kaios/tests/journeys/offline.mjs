// The network goes: the app says so, keeps what is written, and sends it when the network is back.

import { back, begin, openFirst, say, signIn, writeTo } from './steps.mjs';

const { phone, world } = await begin();
await signIn(phone, world);
await writeTo(phone, world.contact);
await say(phone, 'while there is a network');
await back(phone, 'chats');
await phone.sees('Offline. Messages leave when there is a connection.');
await phone.picture('offline');
await openFirst(phone, 'while there is a network');
await say(phone, 'while there is none');
await phone.message('while there is none', 'Waiting to be sent');
await phone.picture('waiting');
phone.tell('written');
await phone.message('meanwhile');
await phone.message('while there is none', 'Delivered');
await back(phone, 'chats');
await phone.until('no word of a trouble', () => !document.body.innerText.includes('Offline'));
await phone.end();
