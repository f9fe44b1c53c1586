// The hands of whoever takes the pictures: keys until something is reached, menus by what they say, the mouse.

import { keys, wait } from '../browser.mjs';

/** More steps than any list of the fake world has. */
const FAR = 60;

export const type = (page, text) => page.keyboard.type(text);

export const downs = (count) => Array(count).fill('ArrowDown');

export async function click(page, selector) {
  await page.locator(selector).click();
  await wait(250);
}

/** Presses a key until what has the focus says this, or is called this. */
export async function reach(page, key, wanted) {
  const there = () =>
    page.evaluate((text) => {
      const active = document.activeElement;
      return active?.dataset.focus === text || `${active?.ariaLabel ?? ''} ${active?.textContent ?? ''}`.includes(text);
    }, wanted);
  for (let step = 0; step < FAR; step += 1) {
    if (await there()) return;
    await page.keyboard.press(key);
    await wait(60);
  }
  throw new Error(`${wanted} is not reached by ${key}`);
}

/** Opens the menu of what has the focus, or of the screen, and takes what says this. */
export async function choose(page, wanted) {
  await keys(page, 'F2');
  await reach(page, 'ArrowDown', wanted);
  await keys(page, 'Enter');
}

/** Goes down to what says this, and opens it. */
export async function open(page, wanted) {
  await reach(page, 'ArrowDown', wanted);
  await keys(page, 'Enter');
}

/** From the chat list to a conversation, whatever comes before it. */
export async function openChat(page, name) {
  await open(page, name);
  await page.waitForSelector('[data-focus="composer"], [data-focus="unblock"]');
  await wait(300);
}
