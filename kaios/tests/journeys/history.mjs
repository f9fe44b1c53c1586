// Somebody signs in on a device that is new: what was said before is there, back to its beginning, and a word of it is found.

import { back, begin, choose, openFirst, reach, signIn } from './steps.mjs';

const { phone, world } = await begin();
await signIn(phone, world);
await openFirst(phone, 'all of it read');
await phone.message('story 120');
const shows = (text) =>
  phone.page.evaluate((wanted) => {
    const view = document.querySelector('.timeline').getBoundingClientRect();
    const rows = Array.from(document.querySelectorAll('.message')).filter((row) => row.ariaLabel.includes(wanted));
    return rows.some((row) => row.getBoundingClientRect().bottom > view.top && row.getBoundingClientRect().top < view.bottom);
  }, text);
for (let pressed = 0; !(await shows('story 001')); pressed += 10) {
  if (pressed > 1000) await phone.never('the beginning');
  await phone.press(...Array(10).fill('ArrowUp'));
}
await phone.picture('back-to-the-beginning');
await back(phone, 'chats');
await phone.press('F2');
await choose(phone, 'Search');
await phone.focus('words');
await phone.type('needle');
await phone.sees('story 042');
await phone.picture('found');
await reach(phone, 'ArrowDown', 'story 042');
await phone.press('Enter');
await phone.message('story 042', 'needle');
await phone.until('it is in view', (wanted) => {
  const view = document.querySelector('.timeline')?.getBoundingClientRect();
  const row = Array.from(document.querySelectorAll('.message')).find((it) => it.ariaLabel.includes(wanted));
  const place = row?.getBoundingClientRect();
  return view && place && place.top >= view.top && place.bottom <= view.bottom;
}, 'story 042');
await phone.end();
