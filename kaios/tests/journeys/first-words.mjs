// Somebody signs in by keys alone, writes to a contact who is on another kind of device, and is answered; then the browser is
// killed, and everything is there when it comes back.

import { Phone, world } from './world.mjs';

const phone = new Phone();
await phone.start();
await phone.focus('signIn');
await phone.press('Enter');
await phone.focus('address');
await phone.type(world.account);
await phone.press('ArrowDown');
await phone.type(world.password);
await phone.press('Enter');
// The test's domain is in no DNS: the app asks for the server.
await phone.go('[data-focus="server"]');
await phone.picture('asks-for-the-server');
await phone.type(world.websocket);
await phone.press('Enter');
await phone.until('the chat list', () => document.querySelector('[data-focus="password"]') === null);
await phone.picture('no-chats');
await phone.press('Enter');
await phone.type(world.contact);
await phone.press('Enter');
await phone.focus('composer');
await phone.type('hello from the browser');
await phone.press('Enter');
await phone.sees('and hello to you');
await phone.picture('first-words');
await phone.kill();
await phone.start();
await phone.sees('and hello to you');
await phone.press('1');
await phone.sees('hello from the browser');
await phone.focus('composer');
await phone.type('after the browser was killed');
await phone.press('Enter');
await phone.sees('after the browser was killed');
await phone.picture('after-the-kill');
await new Promise((resolve) => setTimeout(resolve, 3000));
await phone.end();
