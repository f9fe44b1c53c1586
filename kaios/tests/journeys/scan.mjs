// Somebody scans a contact's code, or that of their own other device, by keys alone: the camera is a file that shows it. The devices are verified, and the camera is off.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'uqr';
import { FLAGS } from '../browser.mjs';
import { reach, signIn, toDevices, toOwnDevices } from './steps.mjs';
import { Phone, world } from './world.mjs';

const WIDTH = 640;
const HEIGHT = 480;

/** One picture of a film that shows a code on a grey ground, as y4m wants it: brightness, then no colour. */
function film(text) {
  const { data, size } = encode(text, { border: 4 });
  const dot = Math.floor(HEIGHT / size);
  const [left, top] = [WIDTH, HEIGHT].map((edge) => Math.floor((edge - dot * size) / 2));
  const brightness = Buffer.alloc(WIDTH * HEIGHT, 150);
  for (let y = 0; y < dot * size; y += 1) {
    for (let x = 0; x < dot * size; x += 1) {
      brightness[(top + y) * WIDTH + left + x] = data[Math.floor(y / dot)][Math.floor(x / dot)] ? 30 : 220;
    }
  }
  const colours = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420mpeg2\nFRAME\n`), brightness, colours]);
}

/** In the page, before the app: whether any camera is on. */
function watchCameras() {
  const tracks = [];
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (wanted) => {
    const stream = await open(wanted);
    tracks.push(...stream.getTracks());
    return stream;
  };
  window.cameras = () => tracks.map((track) => track.readyState);
}

const phone = new Phone();
const shown = join(phone.profile, 'code.y4m');
writeFileSync(shown, film(world.uri));
FLAGS.push(`--use-file-for-fake-video-capture=${shown}`);
await phone.start(watchCameras);
await signIn(phone, world);
if (world.own) await toOwnDevices(phone);
else await toDevices(phone, world.contact);
await reach(phone, 'ArrowDown', world.own ? 'Scan another device' : 'Scan their code');
await phone.press('Enter');
await phone.screen('scan');
await phone.until('the screen is left', () => document.querySelector('[data-scope^="scan"]') === null);
await phone.sees('Verified by you');
await phone.until('one camera, and it is off', () => window.cameras().join() === 'ended');
await phone.picture(world.own ? 'scanned-own' : 'scanned');
await phone.end();
