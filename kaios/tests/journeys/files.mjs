// Files, by keys alone: a picture with a caption, a large file whose way is shown, a voice note; and a picture that comes.

import { attach, choose, pictures, say, signIn, writeTo } from './steps.mjs';
import { Phone, world } from './world.mjs';

/** In the page, before the app: takes the microphone away, and waits until that is noticed. */
function watchMicrophone() {
  const Recorder = window.MediaRecorder;
  window.MediaRecorder = class extends Recorder {
    constructor(...given) {
      super(...given);
      window.unplug = () =>
        new Promise((resolve) => {
          this.addEventListener('stop', resolve);
          this.stream.getTracks().forEach((track) => track.stop());
        });
    }
  };
}

const phone = new Phone();
await phone.start(watchMicrophone);
await signIn(phone, world);
await writeTo(phone, world.contact);
await say(phone, 'here come files');

await attach(phone, world.picture);
await phone.type('a blue stone');
// Twice: it leaves once.
await phone.press('Enter', 'Enter');
await pictures(phone, 1);
await phone.sees('a blue stone');
await phone.picture('sent-a-picture');

// How far it is, as it is told to those who cannot see.
await phone.page.evaluate(() => {
  window.ways = [];
  new MutationObserver(() => {
    const bar = document.querySelector('[role="progressbar"]');
    if (bar !== null) window.ways.push(Number(bar.getAttribute('aria-valuenow')));
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
});
await attach(phone, world.large);
await phone.press('Enter');
// Prosody takes a second for a few megabytes: there the way is seen before its end.
if (world.friends) await phone.until('a part of the way', () => window.ways.some((way) => way > 0 && way < 100));
await phone.until('the end of the way', () => document.querySelector('[role="progressbar"]') === null);

/** Says something for as long as that, in seconds. */
async function record(seconds) {
  await phone.press('F2');
  await choose(phone, 'Record a voice message');
  const isSaid = (wanted) => Number(/\d+$/.exec(document.querySelector('.recording')?.textContent ?? '')?.[0]) >= wanted;
  await phone.until(`${seconds} seconds of it`, isSaid, seconds);
}

await record(2);
await phone.press('Enter');
await phone.until('a voice note', () => document.querySelectorAll('.file-sound').length === 1);
await phone.picture('said-something');
// The headset is pulled out.
await record(1);
await phone.page.evaluate(() => window.unplug());
await phone.press('Enter');
await phone.until('another voice note', () => document.querySelectorAll('.file-sound').length === 2);

phone.tell('all sent');
if (world.friends) {
  await pictures(phone, 2);
  await phone.picture('a-picture-came');
  await phone.kill();
  await phone.start();
  await phone.press('1');
  await pictures(phone, 2);
}
await phone.end();
