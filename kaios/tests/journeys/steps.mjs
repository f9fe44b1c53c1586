// What most journeys do, by keys alone.

import { Phone, world } from './world.mjs';

/** A phone with the app on it. */
export async function begin() {
  const phone = new Phone();
  await phone.start();
  return { phone, world };
}

/** From the first screen to the chat list. Where a test's domain is in no DNS, the app asks for the server. */
export async function signIn(phone, { account, password, websocket }) {
  await phone.focus('signIn');
  await phone.press('Enter');
  await phone.focus('address');
  await phone.type(account);
  await phone.press('ArrowDown');
  await phone.type(password);
  await phone.press('Enter');
  if (websocket) {
    await phone.go('[data-focus="server"]');
    await phone.picture('asks-for-the-server');
    await phone.type(websocket);
    await phone.press('Enter');
  }
  await phone.screen('chats');
}

/** From the chat list to a new conversation with somebody. */
export async function writeTo(phone, contact) {
  await phone.screen('chats');
  await phone.press('F1');
  await phone.focus('find');
  await phone.type(contact);
  await phone.press('Enter');
  await phone.focus('composer');
}

/** Writes into the conversation that is open, and sends it. */
export async function say(phone, text) {
  await phone.focus('composer');
  await phone.type(text);
  await phone.press('Enter');
  await phone.message(text);
}

/** Goes one way until what has the focus says this; `labels` of a screen reader count as much as what is seen. */
export async function reach(phone, key, text) {
  const here = () => phone.page.evaluate((wanted) => {
    const active = document.activeElement;
    return `${active?.ariaLabel ?? ''}\n${active?.textContent ?? ''}`.includes(wanted);
  }, text);
  for (let steps = 0; steps < 40; steps += 1) {
    if (await here()) return;
    await phone.press(key);
  }
  await phone.never(`the focus on ${text}`);
}

/** Takes an entry of the menu that comes up. */
export async function choose(phone, entry) {
  await phone.until('a menu', () => document.activeElement?.closest('[data-modal]') !== null);
  await reach(phone, 'ArrowDown', entry);
  await phone.press('Enter');
  await phone.until('the menu is gone', () => document.querySelector('[data-modal]') === null);
}

/** Writes another text in the place of the one that is being corrected, and sends it. */
export async function rewrite(phone, text) {
  await phone.until('a text to correct', () => document.activeElement?.dataset.focus === 'composer' && document.activeElement.value !== '');
  await phone.all();
  await phone.type(text);
  await phone.press('Enter');
}
