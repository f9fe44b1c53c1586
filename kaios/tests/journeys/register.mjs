// Somebody makes an account on a server by keys alone, and writes with it.

import { begin, say, writeTo } from './steps.mjs';

const { phone, world } = await begin();
await phone.focus('signIn');
await phone.press('ArrowDown', 'Enter');
await phone.focus('server');
await phone.type(world.domain);
await phone.press('Enter');
if (world.websocket) {
  await phone.go('[data-focus="where"]');
  await phone.picture('asks-where');
  await phone.type(world.websocket);
  await phone.press('Enter');
}
await phone.focus('username');
await phone.picture('new-account');
await phone.type('dora');
await phone.press('ArrowDown');
await phone.focus('password');
await phone.type('a long new password');
await phone.press('Enter');
await writeTo(phone, world.contact);
await say(phone, 'hello from a new account');
await phone.message('hello from a new account', 'Sent');
await phone.end();
