// Scrolls through a conversation of 5,000 rows: older ones come in time, and nothing moves by itself. With a number, it tells how long
// frames take on a processor so many times slower.
// Run: npm run build:fake && node tests/scroll.mjs [HOW MANY TIMES SLOWER]

import { begin, openApp, wait } from './browser.mjs';

const slower = Number(process.argv[2] ?? 0);
const app = await begin();
const { page } = await openApp(app, { size: 'small' });
await page.evaluate(() => {
  const row = [...document.querySelectorAll('.chats .row')].find((it) => it.textContent.includes('Kamau'));
  row.click();
});
await page.waitForSelector('.timeline .message');
// Older messages come before somebody is at the first of those that are here.
const ahead = await page.evaluate(async () => {
  const view = document.querySelector('.timeline');
  const [first, before] = [view.clientHeight * 4, view.scrollHeight];
  view.scrollTo(0, first);
  for (let tries = 0; tries < 100 && view.scrollHeight < before * 1.5; tries += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  return view.scrollHeight >= before * 1.5 && view.scrollTop > first;
});
console.log(JSON.stringify({ older: ahead ? 'come in time' : 'do not come' }));
if (!ahead) process.exitCode = 1;
// The reading place stays when older messages come before it.
await wait(400);
const place = () =>
  page.evaluate(() => {
    const top = document.querySelector('.timeline').getBoundingClientRect().top;
    const row = [...document.querySelectorAll('.row-place')].find((it) => it.getBoundingClientRect().bottom > top + 20);
    // The message in it: above the first one stands its day, which goes when older ones come.
    return { id: row.dataset.id, y: Math.round(row.querySelector('.message').getBoundingClientRect().top) };
  });
// What is drawn first after a jump stands where it is seen.
const empty = await page.evaluate(async () => {
  const view = document.querySelector('.timeline');
  view.scrollTo(0, 150);
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return Math.round(view.querySelector('.row-place').getBoundingClientRect().top - view.getBoundingClientRect().top);
});
console.log(JSON.stringify({ afterJump: empty <= 0 ? 'seen' : `${empty} px of nothing` }));
if (!(empty <= 0)) process.exitCode = 1;
await wait(30);
const before = await place();
await wait(600);
const after = await page.evaluate(
  (id) => Math.round(document.querySelector(`[data-id="${id}"] .message`)?.getBoundingClientRect().top ?? NaN),
  before.id,
);
console.log(JSON.stringify({ readingPlace: Math.abs(before.y - after) <= 1 ? 'kept' : `moved from ${before.y} to ${after}` }));
if (!(Math.abs(before.y - after) <= 1)) process.exitCode = 1;
// What is seen moves with the scroll position and by nothing else, though rows above and below it are drawn, and are not as high as expected.
const moves = (step) =>
  page.evaluate(async (by) => {
    const view = document.querySelector('.timeline');
    const top = (row) => row.getBoundingClientRect().top;
    let most = 0;
    for (let at = 0; at < 300; at += 1) {
      const row = [...view.querySelectorAll('.row-place')].find((it) => top(it) >= top(view) + view.clientHeight / 3);
      const before = top(row) + view.scrollTop;
      view.scrollBy(0, by);
      const expected = before - view.scrollTop;
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      if (row.isConnected) most = Math.max(most, Math.abs(top(row) - expected));
    }
    return most;
  }, step);
for (const step of [-37, -120, 120]) {
  const most = await moves(step);
  console.log(JSON.stringify({ step, movesByItself: `${most.toFixed(1)} px` }));
  if (most > 1) process.exitCode = 1;
}
// All of its rows are loaded first: the question is what scrolling costs, not what loading costs.
async function cost() {
  for (let tries = 0; tries < 300; tries += 1) {
    const done = await page.evaluate(() => {
      document.querySelector('.timeline').scrollTo(0, 0);
      return document.querySelector('.older').textContent !== '' && !document.querySelector('.older').textContent.includes('…');
    });
    if (done) break;
    await wait(100);
  }
  const rows = await page.evaluate(() => ({
    drawn: document.querySelectorAll('.row-place').length,
    height: document.querySelector('.timeline').scrollHeight,
  }));
  await page.emulateCPUThrottling(slower);
  const measure = (step) =>
    page.evaluate(async (by) => {
      const view = document.querySelector('.timeline');
      const frames = [];
      let last = performance.now();
      const tasks = [];
      new PerformanceObserver((list) => list.getEntries().forEach((it) => tasks.push(Math.round(it.duration)))).observe({
        entryTypes: ['longtask'],
      });
      for (let at = 0; at < 300; at += 1) {
        view.scrollBy(0, by);
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        frames.push(now - last);
        last = now;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
      const sorted = frames.slice(5).sort((a, b) => a - b);
      return {
        median: Math.round(sorted[Math.floor(sorted.length / 2)]),
        worst: Math.round(sorted[sorted.length - 1]),
        over50: frames.slice(5).filter((it) => it > 50).length,
        longTasks: tasks,
      };
    }, step);
  console.log(JSON.stringify({ slower, ...rows }));
  for (const step of [60, -60, 400]) console.log(JSON.stringify({ step, ...(await measure(step)) }));
  const { JSHeapUsedSize } = await page.metrics();
  console.log(JSON.stringify({ heapMB: Math.round(JSHeapUsedSize / 1e5) / 10 }));
}
if (slower) await cost();
await app.end();
