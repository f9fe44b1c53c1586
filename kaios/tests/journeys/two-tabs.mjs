// Somebody opens a second tab: it says that the first one has the messages, and takes them over when it is asked to; and back.

import { begin, openFirst, say, signIn, writeTo } from './steps.mjs';

const { phone, world } = await begin();
await signIn(phone, world);
await writeTo(phone, world.contact);
await say(phone, 'from the first tab');
await phone.message('from the first tab', 'Delivered');
const first = phone.page;
await phone.tab();
await phone.sees('Larimar is open in another tab or window. Use it there, or here.');
await phone.picture('in-another-tab');
await takeOver();
await openFirst(phone, 'from the first tab');
await phone.message('from the first tab');
await say(phone, 'from the second tab');
await phone.message('from the second tab', 'Delivered');
await phone.show(first);
await phone.sees('Larimar is open in another tab or window. Use it there, or here.');
await takeOver();
await openFirst(phone, 'from the second tab');
await phone.message('from the second tab');
await say(phone, 'from the first tab again');
await phone.message('from the first tab again', 'Delivered');
await phone.end();

async function takeOver() {
  await phone.focus('here');
  await phone.press('Enter');
  await phone.screen('chats');
}
