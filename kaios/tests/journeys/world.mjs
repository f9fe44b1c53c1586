// A browser on the app as it is shipped, for a journey: a feature phone's screen, and keys.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import puppeteer from 'puppeteer-core';
import { FLAGS, SIZES } from '../browser.mjs';

export const world = JSON.parse(process.env.LARIMAR_WORLD);

/** How long something may take that does not depend on people, in milliseconds: less than the test on the other side waits. */
const PATIENCE = 25_000;

/** How each browser is started. */
const BROWSERS = {
  chromium: {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // Looked at when it is started: a journey may have added its own.
    get args() {
      return [...FLAGS, '--ignore-certificate-errors'];
    },
  },
  firefox: {
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    get extraPrefsFirefox() {
      return world.preferences ?? {};
    },
  },
};

/** A profile that outlives its browser, as a phone's storage does. */
export class Phone {
  constructor() {
    this.profile = mkdtempSync(join(tmpdir(), 'larimar-journey-'));
    // Also after a journey that failed.
    process.once('exit', () => rmSync(this.profile, { recursive: true, force: true, maxRetries: 3 }));
    this.problems = [];
    process.once('SIGTERM', () => {
      setTimeout(() => process.exit(1), PATIENCE / 2).unref();
      void this.never('the end: the test has failed on its side');
    });
  }

  /** `before`: what the page does before the app. */
  async start(before) {
    await this.launch();
    await this.blank();
    if (before) await this.page.evaluateOnNewDocument(before);
    await this.visit();
  }

  /** The browser alone. */
  async launch() {
    this.browser = await puppeteer.launch({
      ...BROWSERS[world.browser ?? 'chromium'],
      userDataDir: this.profile,
      acceptInsecureCerts: true,
      handleSIGTERM: false,
    });
  }

  /** Opens the app in a tab, which the keys go to from now on; of a private window, if one is given. */
  async tab(among = this.browser) {
    await this.blank(among);
    await this.visit();
  }

  /** An empty tab. */
  async blank(among = this.browser) {
    this.page = await among.newPage();
    this.page.setDefaultTimeout(PATIENCE);
    await this.page.setViewport(SIZES[world.size ?? 'small']);
    this.page.on('pageerror', (error) => this.problems.push(String(error)));
    this.page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
  }

  /** Opens the app in the tab that is there. */
  async visit() {
    await this.page.goto(world.page);
    await this.page.waitForSelector('[data-scope]');
  }

  /** Goes to a tab that is there. */
  async show(page) {
    this.page = page;
    await page.bringToFront();
  }

  async press(...names) {
    for (const name of names) await this.page.keyboard.press(name);
  }

  /** Selects all of the text in the field. */
  async all() {
    await this.page.keyboard.down('Control');
    await this.page.keyboard.press('a');
    await this.page.keyboard.up('Control');
  }

  type(text) {
    return this.page.keyboard.type(text);
  }

  /** Waits until the screen shows this. */
  sees(text) {
    return this.until(`seen: ${text}`, (wanted) => document.body.innerText.includes(wanted), text);
  }

  /** Waits until the conversation has a message that says all this, as a screen reader tells it: who, what, when, how far. */
  message(...parts) {
    const shown = (wanted) => {
      const labels = Array.from(document.querySelectorAll('.message'), (row) => row.ariaLabel);
      return labels.some((label) => wanted.every((part) => label.includes(part)));
    };
    return this.until(`a message: ${parts.join(', ')}`, shown, parts);
  }

  /** Waits until a screen is there. */
  screen(name) {
    return this.until(`the screen ${name}`, (wanted) => document.querySelector(`[data-scope^="${wanted}"]`) !== null, name);
  }

  /** Waits until this has the focus. */
  focus(name) {
    return this.until(`the focus on ${name}`, (wanted) => document.activeElement?.dataset.focus === wanted, name);
  }

  /** Waits until there is such an element, and clicks on it. */
  async click(selector) {
    const found = this.page.locator(selector);
    await found.click().catch(() => this.never(`a click on ${selector}`));
  }

  /** Waits until there is such an element, and gives it the focus. */
  async go(selector) {
    await this.until(selector, (wanted) => document.querySelector(wanted) !== null, selector);
    await this.page.focus(selector);
  }

  async until(what, holds, ...given) {
    try {
      await this.page.waitForFunction(holds, {}, ...given);
    } catch {
      await this.never(what);
    }
  }

  /** Ends the journey: something did not happen. */
  async never(what) {
    await this.picture('missed');
    const shown = await this.page.evaluate(() => document.body.innerText);
    throw new Error(`never: ${what}\nshown: ${shown}\nproblems: ${this.problems.join('\n')}`);
  }

  async picture(name) {
    mkdirSync(world.pictures, { recursive: true });
    await this.page.screenshot({ path: join(world.pictures, `${name}.png`) });
  }

  /** As when the battery is taken out. */
  async kill() {
    const process = this.browser.process();
    const ended = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGKILL');
    await ended;
  }

  /** Tells the test on the other side, in one line. */
  tell(event, fields = {}) {
    console.log(JSON.stringify({ event, ...fields }));
  }

  /** Waits until the test tells this. */
  async told(word) {
    this.lines ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]();
    const { value } = await this.lines.next();
    if (JSON.parse(value ?? '{}').cmd !== word) await this.never(`told: ${word}`);
  }

  /** What was said last may still be on its way: a test says when it has all that it waits for. */
  async end() {
    if (world.waits) await this.told('end');
    process.stdin.destroy();
    await this.browser.close();
  }
}
