// Somebody types a wrong password, is told so in plain words, and goes on with the right one, by keys alone. The address is typed
// as a Japanese keyboard may write it, with a wide letter: it is the same one both times.

import { begin, enter, say, writeTo } from './steps.mjs';

const { phone, world } = await begin();
const wide = String.fromCharCode(world.account.charCodeAt(0) + 0xfee0);
await enter(phone, wide + world.account.slice(1), 'not it');
await phone.sees('The password is not right. Check it and try again.');
await phone.picture('wrong-password');
await phone.focus('password');
await phone.all();
await phone.type(world.password);
await phone.press('Enter');
await writeTo(phone, world.contact);
await say(phone, 'the right one at last');
await phone.message('the right one at last', world.friends ? 'Delivered' : 'Sent');
await phone.end();
