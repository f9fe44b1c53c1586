// Serves the built fake app on this machine and opens it in Debian's Chromium.

import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

const BUILT = fileURLToPath(new URL('../../target/kaios/fake', import.meta.url));
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

/** How Chromium is started: without a window, and asking nobody on the network. */
export const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--hide-scrollbars',
  // The same page is drawn the same, whatever was drawn before it.
  '--disable-partial-raster',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  // A microphone that hums, and nobody to ask for leave.
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
];

export const SIZES = {
  small: { width: 240, height: 320, deviceScaleFactor: 2 },
  flat: { width: 320, height: 240, deviceScaleFactor: 2 },
  phone: { width: 390, height: 844, deviceScaleFactor: 1, hasTouch: true, isMobile: true },
  wide: { width: 1120, height: 700, deviceScaleFactor: 1 },
};

function serve() {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
    const file = join(BUILT, path === '/' ? 'index.html' : path);
    if (!file.startsWith(BUILT) || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** The browser and the address of the app; `end` closes both. */
export async function begin() {
  if (!existsSync(join(BUILT, 'index.html'))) throw new Error('first: npm run build:fake');
  const server = await serve();
  const profile = mkdtempSync(join(tmpdir(), 'larimar-screens-'));
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    userDataDir: profile,
    args: FLAGS,
  });
  const address = `http://127.0.0.1:${server.address().port}/`;
  const end = async () => {
    await browser.close();
    server.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { browser, address, end };
}

export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A Thursday morning in Nairobi. */
const MORNING = Date.UTC(2026, 4, 14, 8, 30);

/** Makes a page look the same whenever it is looked at: it is always the same moment, nothing blinks, and there is as much room. */
async function keepStill(page) {
  await page.emulateTimezone('Africa/Nairobi');
  await page.evaluateOnNewDocument((now) => {
    globalThis.Date = class extends Date {
      constructor(...parts) {
        super(...(parts.length > 0 ? parts : [now]));
      }

      static now() {
        return now;
      }
    };
    navigator.storage.estimate = () => Promise.resolve({ usage: 21_400_000, quota: 2_400_000_000 });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { caret-color: transparent !important; animation: none !important; transition: none !important; }');
    document.adoptedStyleSheets = [sheet];
  }, MORNING);
}

/** A page of the app in one size, scheme and world; `still`: at one moment for ever. `sharp`: dots a pixel, where it is small. */
export async function openApp(
  { browser, address },
  { size, scheme = 'light', world = '', settings = {}, still = false, sharp = 2 },
) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) problems.push(message.text());
  });
  const view = SIZES[size];
  await page.setViewport({ ...view, deviceScaleFactor: Math.min(sharp, view.deviceScaleFactor) });
  if (still) await keepStill(page);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.evaluateOnNewDocument((text) => localStorage.setItem('larimar.settings', text), JSON.stringify(settings));
  await page.goto(`${address}?fake=${world}`);
  await page.waitForSelector('[data-scope]');
  await wait(250);
  return { page, problems, close: () => context.close() };
}

/** Presses keys one after the other; `hold Enter` holds it. */
export async function keys(page, ...names) {
  for (const name of names) {
    if (name === 'hold Enter') {
      await page.keyboard.down('Enter');
      await wait(650);
      await page.keyboard.up('Enter');
    } else {
      await page.keyboard.press(name);
    }
    await wait(60);
  }
  await wait(200);
}
