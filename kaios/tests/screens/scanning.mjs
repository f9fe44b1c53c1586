// Pictures of scanning somebody's code, by keys. The camera is a canvas that shows what the story wants; none is left on.

import { encode } from 'uqr';
import { keys } from '../browser.mjs';
import { choose, open, reach } from './hands.mjs';

/** In the page: cameras that are canvases, and whether one is on. */
function takeCamera() {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  canvas.width = canvas.height = 240;
  const streams = [];
  let code = null;
  window.show = (given) => (code = given);
  const draw = () => {
    context.fillStyle = '#c9d3d8';
    context.fillRect(0, 0, 240, 240);
    if (code === null) return;
    const dot = Math.floor(200 / code.length);
    const edge = Math.floor((240 - dot * code.length) / 2);
    code.forEach((line, y) => line.forEach((dark, x) => {
      context.fillStyle = dark ? '#101010' : '#f4f4f4';
      context.fillRect(edge + x * dot, edge + y * dot, dot, dot);
    }));
  };
  window.isOn = () => streams.some((stream) => stream.getTracks().some((track) => track.readyState === 'live'));
  window.refusal = null;
  navigator.mediaDevices.getUserMedia = () => {
    if (window.refusal !== null) return Promise.reject(new DOMException('', window.refusal));
    streams.push(canvas.captureStream(10));
    return Promise.resolve(streams[streams.length - 1]);
  };
  // A picture that is not drawn anew is told to nobody who looks later.
  setInterval(draw, 50);
}

const seen = (page, code) => page.evaluate((data) => window.show(data), code && encode(code, { border: 4 }).data);

const says = (page, text) => page.waitForFunction((wanted) => document.querySelector('.code-screen .hint')?.textContent.includes(wanted), {}, text);

const filming = (page) => page.waitForFunction(() => document.querySelector('.scan-frame video').videoWidth > 0);

const left = (page) => page.waitForFunction(() => document.querySelector('[data-scope^="scan"]') === null);

export async function scanning(page, { shot, check }) {
  await page.evaluate(takeCamera);
  await keys(page, '1');
  await choose(page, 'Contact details');
  await reach(page, 'ArrowDown', 'security');
  await keys(page, 'Enter');
  const jid = await page.evaluate(() => document.querySelector('[data-scope^="security"]').dataset.scope.split(' ')[2]);
  for (const [name, refusal, words] of [
    ['none', 'NotFoundError', 'has no camera'],
    ['denied', 'NotAllowedError', 'may not use the camera'],
    ['busy', 'NotReadableError', 'cannot be used just now'],
  ]) {
    await page.evaluate((given) => (window.refusal = given), refusal);
    await open(page, 'Scan their code');
    await says(page, words);
    await shot(`scan-${name}`);
    if (name !== 'busy') await keys(page, 'Escape');
  }
  await page.evaluate(() => (window.refusal = null));
  await keys(page, 'Enter');
  await says(page, 'before the camera');
  await filming(page);
  await check('the camera is on', () => window.isOn());
  await shot('scan');
  await keys(page, 'Escape');
  await check('the camera is off after Back', () => !window.isOn());
  await open(page, 'Scan their code');
  await seen(page, 'https://shop.example/offer');
  await says(page, 'something else');
  await seen(page, 'xmpp:somebody@else.example?omemo2-sid-1=00');
  await says(page, 'somebody@else.example');
  await shot('scan-other');
  await check('the camera is still on', () => window.isOn());
  await seen(page, `xmpp:${jid}?omemo2-sid-1=00`);
  await left(page);
  await page.waitForSelector('.toast.shown');
  await shot('scan-done');
  await check('the camera is off after a code', () => !window.isOn());
}

/** The code of one's own other device. */
export async function scanningOwn(page, { shot, check }) {
  await page.evaluate(takeCamera);
  await choose(page, 'My profile');
  await open(page, 'Your devices');
  await open(page, 'Scan another device');
  await says(page, 'of your other device');
  await filming(page);
  await shot('scan-own');
  await seen(page, 'xmpp:mara@larimar.example');
  await says(page, 'no other device of yours');
  await seen(page, 'xmpp:mara@larimar.example?omemo2-sid-1=00');
  await left(page);
  await page.waitForSelector('.toast.shown');
  await check('the other devices are verified', () => document.querySelector('[data-scope^="devices"]').textContent.includes('Verified by you'));
  await check('what was chosen has the focus, and is seen', () => {
    const { dataset } = document.activeElement;
    return dataset.focus === 'scan' && document.activeElement.getBoundingClientRect().bottom <= innerHeight;
  });
}
