// Somebody compares the numbers of a contact's devices, by keys alone: one is the same, one is not.

import { back, begin, choose, openFirst, openMenu, reach, say, signIn, writeTo } from './steps.mjs';

const { phone, world } = await begin();

/** The number that has the focus, without its gaps. */
const number = () => phone.page.evaluate(() => document.activeElement.querySelector('.fingerprint').textContent);

async function decide(fingerprint, entry, outcome) {
  await phone.go(`[data-focus="device ${fingerprint}"]`);
  if ((await number()) !== fingerprint) await phone.never(`the number ${fingerprint} in full`);
  await phone.press('Enter');
  await choose(phone, entry);
  await phone.sees(outcome);
}

await signIn(phone, world);
await writeTo(phone, world.contact);
await phone.press('F2');
await choose(phone, 'Contact details');
await phone.screen('contact');
await reach(phone, 'ArrowDown', 'Security');
await phone.press('Enter');
await decide(world.same, 'It is the same', 'Verified by you');
await phone.picture('verified');
await decide(world.differs, 'It is different', 'Not trusted');
await phone.picture('shut-out');
await back(phone, 'contact');
await back(phone, 'chat');
await say(phone, 'only to the device that is the same');
await back(phone, 'chats');
await phone.press('F2');
await choose(phone, 'My profile');
await phone.screen('profile');
await reach(phone, 'ArrowDown', 'devices');
await phone.press('Enter');
await phone.screen('devices');
await reach(phone, 'ArrowDown', 'This device');
await phone.picture('own-device');
phone.tell('own', { fingerprint: await number() });
await back(phone, 'profile');
await back(phone, 'chats');
await openFirst(phone, 'compared');
await openMenu(phone, 'Bob, compared');
await choose(phone, 'Details');
await phone.sees('Encrypted and verified');
await phone.picture('details');
await phone.end();
