// Somebody lets the app tell of messages, and closes it. A message comes, and the service worker says so; the app, opened again,
// has it, and what was said is taken back.

import { back, choose, openFirst, reach, say, signIn, writeTo } from './steps.mjs';
import { Phone, world } from './world.mjs';
import { beginPushService } from './web-push.mjs';

const pushService = await beginPushService();
world.preferences = pushService.preferences;
const phone = new Phone();
await phone.start();
await signIn(phone, world);
await phone.press('F2');
await choose(phone, 'Settings');
await reach(phone, 'ArrowDown', 'Notifications');
await phone.press('Enter');
await choose(phone, 'Without the text');
await phone.sees('Without the text; also while Larimar is closed');
await phone.picture('told-while-closed');
await back(phone, 'chats');
await writeTo(phone, world.contact);
await say(phone, 'write to me when I am gone');
await phone.message('write to me when I am gone', 'Delivered');

// Another page of the same place asks what is shown; somebody looks at a third one.
const app = phone.page;
phone.page = await phone.browser.newPage();
await phone.page.goto(`${world.page}icons/larimar-56.png`);
await (await phone.browser.newPage()).bringToFront();
await app.close();
phone.tell('gone');
const told = async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  const notes = await registration.getNotifications();
  return notes.some((note) => note.title === 'Larimar' && note.body === 'New message');
};
await phone.until('a notification', told);
const aside = phone.page;
await phone.tab();
await openFirst(phone, 'you are gone');
await phone.message('you are gone');
await phone.show(aside);
const nothing = async () => (await (await navigator.serviceWorker.getRegistration()).getNotifications()).length === 0;
await phone.until('the notification is gone', nothing);
await phone.end();
pushService.end();
