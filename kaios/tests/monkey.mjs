// Presses hundreds of keys at random on a small screen: the focus is never lost, and nothing breaks.
// Run: npm run build:fake && node tests/monkey.mjs [HOW MANY] [SEED]

import { begin, openApp, wait } from './browser.mjs';

const count = Number(process.argv[2] ?? 600);
let seed = Number(process.argv[3] ?? 7);
const KEYS = [
  ...['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp', 'ArrowLeft', 'ArrowRight'],
  ...['Enter', 'Enter', 'Escape', 'F1', 'F2', '1', '2', '5'],
];
const any = () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return KEYS[Math.floor((seed / 2_147_483_648) * KEYS.length)];
};

const app = await begin();
const { page, problems } = await openApp(app, { size: 'small' });
const nowhere = () => page.evaluate(() => document.activeElement === document.body);
const pressed = [];
for (let at = 0; at < count; at += 1) {
  pressed.push(any());
  await page.keyboard.press(pressed[at]);
  await wait(15);
  // A screen that has just come may need a moment.
  if ((await nowhere()) && (await wait(150), await nowhere())) problems.push(`lost after ${pressed.slice(-6).join(' ')}`);
}
await app.end();
console.log(`${count} keys`);
problems.forEach((problem) => console.log(problem));
process.exitCode = problems.length > 0 ? 1 : 0;
