// Draws the icons of public/icons as PNGs from their SVGs. Run after the stone was changed: node tests/icons.mjs

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

const icon = (name) => fileURLToPath(new URL(`../public/icons/${name}`, import.meta.url));
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage();
for (const [name, size] of [
  ['larimar', 56],
  ['larimar', 112],
  ['larimar', 192],
  ['larimar', 512],
  ['larimar-maskable', 512],
]) {
  await page.setViewport({ width: size, height: size });
  const picture = Buffer.from(readFileSync(icon(`${name}.svg`))).toString('base64');
  await page.setContent(`<body style="margin:0"><img width="${size}" src="data:image/svg+xml;base64,${picture}">`);
  await page.screenshot({ path: icon(`${name}-${size}.png`), omitBackground: true });
}
await browser.close();
