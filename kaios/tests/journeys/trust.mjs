// Somebody compares the numbers of a contact's devices, by keys alone: one is the same, one is not.

import { back, begin, choose, openFirst, openMenu, reach, say, signIn, toDevices, toOwnDevices } from './steps.mjs';

const { phone, world } = await begin();

/** Finds the device that shows this number in full, and decides. */
async function decide(fingerprint, entry, outcome) {
  await phone.until(fingerprint, (device) => document.querySelector(`[data-focus="device ${device}"]`) !== null, fingerprint);
  await phone.press(...Array(8).fill('ArrowUp'));
  await reach(phone, 'ArrowDown', fingerprint);
  await phone.press('Enter');
  await choose(phone, entry);
  await phone.sees(outcome);
}

/** The number of this very device. */
async function ownNumber() {
  await phone.sees('This device');
  return phone.page.evaluate(() => {
    const rows = Array.from(document.querySelectorAll('.device'));
    return rows.find((row) => row.textContent.includes('This device')).querySelector('.fingerprint').textContent;
  });
}

await signIn(phone, world);
await toDevices(phone, world.contact);
await decide(world.same, 'It is the same', 'Verified by you');
await phone.picture('verified');
await decide(world.differs, 'It is different', 'Not trusted');
await phone.picture('shut-out');
await back(phone, 'contact');
await back(phone, 'chat');
await say(phone, 'only to the device that is the same');
await back(phone, 'chats');
await toOwnDevices(phone);
phone.tell('own', { fingerprint: await ownNumber() });
await phone.picture('own-device');
await back(phone, 'profile');
await back(phone, 'chats');
await openFirst(phone, 'compared');
await openMenu(phone, 'Bob, compared');
await choose(phone, 'Details');
await phone.sees('Encrypted and verified');
await phone.picture('details');
await phone.end();
