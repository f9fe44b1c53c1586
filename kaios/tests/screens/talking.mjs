// Pictures of the list and of conversations, by keys alone.

import { keys, wait } from '../browser.mjs';
import { choose, open, openChat, reach, type } from './hands.mjs';

/** The list and a conversation, in any language. */
export async function chatting(page, { shot, check }) {
  await shot('chats');
  await keys(page, 'ArrowDown', 'ArrowDown');
  await keys(page, 'F2');
  await shot('menu');
  await keys(page, 'Escape', 'hold Enter');
  await shot('chat-menu');
  await keys(page, 'Escape', '1');
  await wait(300);
  await shot('conversation');
  await check('it opens at its end', () => {
    const view = document.querySelector('.timeline');
    return view.scrollHeight - view.scrollTop - view.clientHeight < 2;
  });
  await reach(page, 'ArrowUp', 'gate');
  await shot('conversation-picture');
  await reach(page, 'ArrowUp', 'one night of rain');
  await shot('conversation-up');
  await keys(page, 'F2');
  await shot('message-menu');
  await keys(page, 'Escape', 'F1');
  await type(page, 'Asante!');
  await shot('reply');
  await keys(page, 'Enter');
  await page.waitForSelector('.row-place:last-child .mark.displayed');
  await shot('sent');
  await page.waitForSelector('.typing');
  await shot('typing');
  await keys(page, 'F1');
  await shot('emoji');
  await keys(page, 'Escape', 'Escape', '3');
  await wait(300);
  await shot('unread');
  await check('it opens where the new messages begin', () => {
    const line = document.querySelector('.unread-line').getBoundingClientRect();
    const view = document.querySelector('.timeline').getBoundingClientRect();
    return line.top >= view.top && line.bottom <= view.bottom;
  });
  await keys(page, 'Escape', '5');
  await wait(300);
  await shot('conversation-arabic');
}

/** What can be asked of a chat and of a message. */
export async function asking(page, { shot, check }) {
  await reach(page, 'ArrowDown', 'Lucas');
  await choose(page, 'Mute');
  await shot('mute');
  await keys(page, 'Escape');
  await choose(page, 'Delete chat');
  await shot('chat-delete');
  await keys(page, 'Escape', '1');
  await wait(300);
  await reach(page, 'ArrowUp', 'best hat');
  await keys(page, 'Enter');
  await shot('link-ask');
  await keys(page, 'Escape', 'F2');
  await reach(page, 'ArrowDown', 'Details');
  await keys(page, 'Enter');
  await shot('message-details');
  await keys(page, 'Escape');
  await choose(page, 'React…');
  await shot('react');
  await keys(page, 'Escape');
  await choose(page, 'Edit');
  await shot('edit');
  await keys(page, 'Escape');
  await reach(page, 'ArrowUp', 'Half of them');
  await choose(page, 'Copy text');
  await shot('toast');
  await choose(page, 'Delete');
  await check('no note lies on a question', () => !document.querySelector('.toast.shown'));
  await shot('message-delete');
  await keys(page, 'Escape');
  await choose(page, 'Search here');
  await type(page, 'garden');
  await wait(400);
  await keys(page, 'Enter');
  await shot('find');
}

/** A picture is chosen, and sent: then it has left the line for writing, and is no message yet. */
export async function leaving(page, shot, pick, send) {
  const chooser = page.waitForFileChooser();
  await pick();
  await (await chooser).accept(['public/icons/larimar-512.png']);
  await page.waitForSelector('.tray');
  await shot('tray');
  await send();
  await page.waitForSelector('.tray-file.leaving');
  await shot('files-leaving');
  await page.waitForFunction(() => !document.querySelector('.tray'));
}

/** Files, however they stand. */
export async function files(page, { shot, check }) {
  await openChat(page, 'Otieno');
  await shot('files-sending');
  await reach(page, 'ArrowUp', 'Whole garden');
  await shot('files-too-large');
  await reach(page, 'ArrowUp', 'voice.ogg');
  await shot('files');
  await reach(page, 'ArrowUp', 'Friday');
  await shot('files-failed');
  await reach(page, 'ArrowUp', 'New ones will be readable');
  await shot('sealed');
  await keys(page, 'Escape', '1');
  await wait(300);
  await reach(page, 'ArrowUp', 'Seedlings');
  await keys(page, 'Enter');
  await wait(300);
  await shot('picture');
  await check('the picture is there', () => document.querySelector('.picture-frame img')?.naturalWidth > 0);
  await keys(page, 'Escape');
  await leaving(page, shot, () => choose(page, 'Send a picture'), () => keys(page, 'Enter'));
  await keys(page, 'Escape', '2');
  await wait(300);
  await choose(page, 'Record a voice message');
  await page.waitForSelector('.recording');
  await shot('recording');
}

/** Who may not write, and who asks to. */
export async function gates(page, { shot, check }) {
  await keys(page, '1');
  await choose(page, 'Contact details');
  await open(page, 'block');
  await shot('block-ask');
  await reach(page, 'ArrowRight', 'yes');
  await keys(page, 'Enter', 'Escape');
  await page.waitForSelector('[data-focus="unblock"]');
  await shot('blocked');
  await reach(page, 'ArrowUp', 'unblock');
  await keys(page, 'Enter');
  await page.waitForSelector('[data-focus="composer"]');
  await wait(200);
  const writing = () => document.activeElement.dataset.focus === 'composer';
  await check('after unblocking, one can write', writing);
  await keys(page, 'Escape', 'F1');
  await type(page, 'zawadi');
  await keys(page, 'Enter');
  await wait(300);
  await shot('request');
  await reach(page, 'ArrowUp', 'accept');
  await keys(page, 'Enter');
  await page.waitForFunction(() => !document.querySelector('.gate'));
  await wait(200);
  await check('after accepting, one can write', writing);
  await shot('conversation-empty');
}
