// Plays tests that were compiled for a browser in Debian's Chromium, and prints what they say.
// Run: node tests/units.mjs RUNNER TESTS, where RUNNER is wasm-bindgen-test-runner; `cargo xtask test web` does.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import puppeteer from 'puppeteer-core';
import { FLAGS, wait } from './browser.mjs';

/** How long nothing new may be said, in milliseconds. */
const SILENCE = 120_000;

const [runner, tests] = process.argv.slice(2);
// Without its own driver for browsers the runner serves the page that plays the tests, and says where.
const server = spawn(runner, [tests], {
  env: { ...process.env, NO_HEADLESS: '1', WASM_BINDGEN_TEST_ADDRESS: '127.0.0.1:0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
process.once('exit', () => server.kill());
let address = null;
for await (const line of createInterface({ input: server.stdout })) {
  address = /http:\/\/[0-9.:]+/.exec(line)?.[0];
  if (address) break;
}
if (!address) throw new Error('the tests are not served');

const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
const page = await browser.newPage();
page.on('pageerror', (error) => console.error(String(error)));
await page.goto(address);
let shown = '';
for (let heard = Date.now(); !/^test result: /m.test(shown); await wait(200)) {
  const text = await page.evaluate(() => document.querySelector('#output')?.textContent ?? '');
  if (text.length > shown.length) {
    process.stdout.write(text.slice(shown.length));
    [shown, heard] = [text, Date.now()];
  }
  if (Date.now() - heard > SILENCE) throw new Error(`the tests say nothing any more; they said:\n${shown}`);
}
console.log();
await browser.close();
process.exit(/^test result: ok\. [1-9]/m.test(shown) ? 0 : 1);
