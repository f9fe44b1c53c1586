// Somebody signs in by keys alone, writes to a contact who is on another kind of device, and is answered; then the browser is
// killed, and everything is there when it comes back.

import { begin, openFirst, say, signIn, writeTo } from './steps.mjs';

const { phone, world } = await begin();
await signIn(phone, world);
await phone.picture('no-chats');
await writeTo(phone, world.contact);
await say(phone, 'hello from the browser');
await phone.message('and hello to you');
await phone.picture('first-words');
await phone.kill();
await phone.start();
await openFirst(phone, 'and hello to you');
await phone.message('hello from the browser', 'Sent');
await say(phone, 'after the browser was killed');
await phone.told('heard');
await phone.picture('after-the-kill');
await phone.end();
