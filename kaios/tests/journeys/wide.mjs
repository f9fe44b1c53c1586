// On a wide screen, with the mouse: list and conversation side by side.

import { begin } from './steps.mjs';

const { phone, world } = await begin();

const click = (selector) => phone.click(selector);

async function choose(entry) {
  await click(`::-p-xpath(//*[@data-modal]//button[contains(., "${entry}")])`);
}

/** The message that says this; what can be done with it. */
async function options(text) {
  const row = `.message[aria-label*="${text}"]`;
  await (await phone.page.waitForSelector(row)).hover();
  await click(`${row} .message-more`);
}

async function say(text) {
  await click('[data-focus="composer"]');
  await phone.type(text);
  await click('[aria-label="Send"]');
  await phone.message('You', text);
}

await click('[data-focus="signIn"]');
await phone.focus('address');
await phone.type(world.account);
await click('[data-focus="password"]');
await phone.type(world.password);
await click('[data-focus="go"]');
await phone.screen('chats');
// The button in the header: it is there with chats and without.
await click('[data-focus="header:edit"]');
await click(`[data-focus="contact ${world.account} ${world.contact}"]`);
await say('by the mouse');
await phone.message('by the mouse', 'Delivered');
await phone.message('Bob, an answer');
await options('Bob, an answer');
await choose('Reply');
await say('this is for that');
await options('You, this is for that');
await choose('Edit');
await phone.focus('composer');
await phone.all();
await phone.type('this is for it');
await click('[aria-label="Send"]');
await phone.message('You, this is for it', 'edited');
await options('Bob, an answer');
await choose('React 👍');
await phone.message('Bob, an answer', '👍');
await phone.picture('wide');
await phone.end();
