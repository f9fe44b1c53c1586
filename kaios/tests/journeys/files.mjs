// Files, by keys alone: a picture with a caption, a large file whose way is shown, a voice note; and a picture that comes.

import { attach, begin, choose, pictures, say, signIn, writeTo } from './steps.mjs';

const { phone, world } = await begin();
await signIn(phone, world);
await writeTo(phone, world.contact);
await say(phone, 'here come files');

await attach(phone, world.picture);
await phone.type('a blue stone');
await phone.press('Enter');
await pictures(phone, 1);
await phone.sees('a blue stone');
await phone.picture('sent-a-picture');

// How far it is, as it is told to those who cannot see.
await phone.page.evaluate(() => {
  window.ways = [];
  new MutationObserver(() => {
    const bar = document.querySelector('[role="progressbar"]');
    if (bar !== null) window.ways.push(Number(bar.getAttribute('aria-valuenow')));
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
});
await attach(phone, world.large);
await phone.press('Enter');
if (world.friends) await phone.until('a part of the way', () => window.ways.some((way) => way > 0 && way < 100));
await phone.until('the end of the way', () => document.querySelector('[role="progressbar"]') === null);

await phone.press('F2');
await choose(phone, 'Record a voice message');
await phone.sees('0:02');
await phone.press('Enter');
await phone.until('the voice note', () => document.querySelector('.file-sound') !== null);
await phone.picture('said-something');

phone.tell('all sent');
if (world.friends) {
  await pictures(phone, 2);
  await phone.picture('a-picture-came');
  await phone.kill();
  await phone.start();
  await phone.press('1');
  await pictures(phone, 2);
}
await phone.end();
