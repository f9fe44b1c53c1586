// The focus while the list changes by itself: it stays on what had it, or goes to what was next to that.

import { keys } from '../browser.mjs';
import { downs } from './hands.mjs';

/** The row that has the focus says this. */
async function isOn(page, check, what, name) {
  const isSo = (text) => document.querySelector('.row:focus')?.textContent.includes(text) === true;
  await page.waitForFunction(isSo, { timeout: 3000 }, name).catch(() => undefined);
  await check(what, `(${String(isSo)})(${JSON.stringify(name)})`);
}

/** Chats go, come to the top, and are drawn anew under somebody who goes by keys. */
export async function keeping(page, { check }) {
  const change = (given) =>
    page.evaluate(({ gone = [], newest }) => {
      const { chats } = globalThis.fake.world;
      for (const [jid, chat] of chats) {
        if (gone.some((name) => chat.row.name.includes(name))) chats.delete(jid);
        if (newest && chat.row.name.includes(newest)) chat.row.timeMs = Date.now() + 1000;
      }
      globalThis.fake.changed('chats');
    }, given);
  await keys(page, ...downs(3));
  await isOn(page, check, 'the fourth chat has the focus', 'Hannah');
  await change({ newest: 'Hannah' });
  await page.waitForFunction(() => document.querySelectorAll('.chats .row')[1].textContent.includes('Hannah'));
  await isOn(page, check, 'a chat that comes to the top keeps the focus', 'Hannah');
  await change({ newest: 'Lucas', gone: ['Hannah'] });
  await isOn(page, check, 'a chat that goes while others move leaves the focus to the next one', 'Lucas');
  await keys(page, ...downs(3));
  await isOn(page, check, 'another chat has the focus', 'João');
  await change({ gone: ['João', 'Kamau', 'Carmen'] });
  await isOn(page, check, 'a chat that goes with those after it leaves the focus to the next one that is there', 'Osei');
  await change({ gone: ['Osei', 'Football', 'Peter', 'Otieno'] });
  await isOn(page, check, 'and on', 'Echo');
  await change({ gone: ['Echo'] });
  await isOn(page, check, 'the last chat leaves it to the one before', 'سارة');
  await keys(page, 'ArrowUp', 'ArrowUp');
  await page.evaluate(() => document.activeElement.after(document.activeElement.previousElementSibling));
  await isOn(page, check, 'whose neighbour is put elsewhere keeps it', 'Lucas');
  await page.evaluate(() => document.activeElement.parentNode.append(document.activeElement));
  await isOn(page, check, 'what is put elsewhere has it there', 'Lucas');
  await page.evaluate(() => {
    const rows = document.activeElement.parentNode;
    rows.replaceChildren(...Array.from(rows.children, (row) => row.cloneNode(true)));
  });
  await isOn(page, check, 'what is drawn anew has it again', 'Lucas');
  await page.evaluate(() => (document.activeElement.disabled = true));
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.evaluate(() => document.querySelector('.chats .row').remove());
  await isOn(page, check, 'what can no longer have it leaves it to the one before', 'سارة');
}
