// What can be done with messages, by keys alone, and how it looks when the other side does it.

import { begin, choose, confirm, openMenu, reach, rewrite, say, signIn, writeTo } from './steps.mjs';

const { phone, world } = await begin();
await signIn(phone, world);
await writeTo(phone, world.contact);
await say(phone, 'what alice said first');
await phone.message('what alice said first', '🎉');
await phone.message('an anwser');
await phone.sees('what alice said first\nan anwser');
phone.tell('read');
await phone.message('an answer', 'edited');
await phone.picture('answered');
await reach(phone, 'ArrowUp', 'an answer');
await phone.press('F1');
await say(phone, 'alice answers that');
await openMenu(phone, 'Bob, an answer');
await choose(phone, 'React 👍');
await phone.message('an answer', '👍');
await reach(phone, 'ArrowDown', 'Message');
await openMenu(phone, 'You, alice answers that');
await choose(phone, 'Edit');
await rewrite(phone, 'alice answers this');
await phone.message('alice answers this', 'edited');
await phone.picture('reactions');
await openMenu(phone, 'You, what alice said first');
await choose(phone, 'Delete for everybody');
await confirm(phone, 'Delete');
await phone.message('You', 'This message was deleted');
await phone.message('Bob', 'This message was deleted');
await phone.picture('deleted');
await phone.end();
