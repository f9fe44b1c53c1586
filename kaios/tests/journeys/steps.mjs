// What most journeys do, by keys alone.

import { Phone, world } from './world.mjs';

/** A phone with the app on it. */
export async function begin() {
  const phone = new Phone();
  await phone.start();
  return { phone, world };
}

/** Gives address and password, from the first screen on. */
export async function enter(phone, account, password) {
  await phone.focus('signIn');
  await phone.press('Enter');
  await phone.focus('address');
  await phone.type(account);
  await phone.press('ArrowDown');
  await phone.type(password);
  await phone.press('Enter');
}

/** From the first screen to the chat list. Where a test's domain is in no DNS, the app asks for the server. */
export async function signIn(phone, { account, password, websocket }) {
  await enter(phone, account, password);
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

/** From the chat list to a contact's devices, by way of the conversation. */
export async function toDevices(phone, contact) {
  await writeTo(phone, contact);
  await byMenu(phone, ['Contact details', 'contact'], ['Security', 'security']);
  await someDevice(phone);
}

/** From the chat list to the account's own devices. */
export async function toOwnDevices(phone) {
  await byMenu(phone, ['My profile', 'profile'], ['Your devices', 'devices']);
  await someDevice(phone);
}

/** They may have to be asked for. */
const someDevice = (phone) => phone.until('a device', () => document.querySelector('.device') !== null);

/** From any screen to the one that an entry of its menu opens, and from there to the one that a line opens. */
async function byMenu(phone, [entry, first], [line, second]) {
  await phone.press('F2');
  await choose(phone, entry);
  await phone.screen(first);
  await reach(phone, 'ArrowDown', line);
  await phone.press('Enter');
  await phone.screen(second);
}

/** Opens the first chat of the list, whose line says this. */
export async function openFirst(phone, line) {
  await phone.sees(line);
  await phone.press('1');
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

/** Opens what can be done with the message that says this. */
export async function openMenu(phone, message) {
  await reach(phone, 'ArrowUp', message);
  await phone.press('Enter');
}

/** Takes an entry of the menu that comes up. */
export async function choose(phone, entry, key = 'ArrowDown') {
  await phone.until('a menu', () => document.activeElement?.closest('[data-modal]') !== null);
  const menu = await phone.page.evaluate(() => document.activeElement.closest('[data-modal]').dataset.scope);
  await reach(phone, key, entry);
  await phone.press('Enter');
  await phone.until('the menu is gone', (name) => document.querySelector(`[data-scope="${name}"]`) === null, menu);
}

/** Says yes to a question, whose yes is this word. */
export async function confirm(phone, yes) {
  await phone.until('a question', () => document.querySelector('[role="alertdialog"]') !== null);
  await choose(phone, yes, 'ArrowRight');
}

/** Writes another text in the place of the one that is being corrected, and sends it. */
export async function rewrite(phone, text) {
  await phone.until('a text to correct', () => document.activeElement?.dataset.focus === 'composer' && document.activeElement.value !== '');
  await phone.all();
  await phone.type(text);
  await phone.press('Enter');
}

/** Back, until this screen is there. */
export async function back(phone, name) {
  await phone.press('Escape');
  await phone.screen(name);
}

/** Attaches a file of the phone's to what is being written. */
export async function attach(phone, file) {
  const chooser = phone.page.waitForFileChooser();
  await phone.press('F2');
  await choose(phone, 'Send a file');
  await (await chooser).accept([file]);
  await phone.focus('composer');
}

/** Waits until so many pictures are whole: not only their small ones. */
export function pictures(phone, count) {
  const whole = (wanted) =>
    Array.from(document.querySelectorAll('.file-picture')).filter(
      (picture) => picture.querySelector('img[src^="blob:"]')?.naturalWidth > 160 && picture.querySelector('.file-over') === null,
    ).length === wanted;
  return phone.until(`${count} pictures`, whole, count);
}

/** Opens the chat to which a large file was sent, and waits until it is here. */
export async function largeFile(phone) {
  await openFirst(phone, 'large.bin');
  const isHere = () => /^[0-9.,]+\sMB$/.test(document.querySelector('.file-other .file-detail')?.textContent ?? '');
  await phone.until('the file is here', isHere);
}
