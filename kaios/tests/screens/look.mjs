// Takes a picture, and looks at what is on it: axe-core finds nothing, nothing is wider than the screen, the focus is somewhere.

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { wait } from '../browser.mjs';
import { smaller } from './png.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The same page gives the same picture: no mouse lies on anything, all pictures are there. */
async function settled(page) {
  await page.mouse.move(0, 0);
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode().catch(() => undefined))));
  await wait(120);
}

/** Where pictures go, what is wanted of them, and what was found. */
export class Looker {
  found = [];
  count = 0;

  /** `wanted` says by name which pictures are kept; `small`: in few bytes; `searches`: axe-core looks as well. */
  constructor(folder, { wanted = () => true, small = false, searches = true } = {}) {
    Object.assign(this, { folder, wanted, small, searches });
  }

  /** What a story does with its page: takes a picture of a screen, or checks something. */
  at(page, name) {
    return {
      shot: (screen) => this.shot(page, `${name}-${screen}`),
      check: (what, test) => this.check(page, name, what, test),
    };
  }

  async check(page, name, what, test) {
    if (!(await page.evaluate(test))) this.found.push(`${name}: not so: ${what}`);
  }

  async shot(page, name) {
    if (!this.wanted(name)) return;
    await settled(page);
    this.count += 1;
    if (name.startsWith('small') || name.startsWith('flat')) {
      await this.check(page, name, 'something has the focus', () => document.activeElement !== document.body);
      await this.check(page, name, 'nothing is wider than the screen', () => document.documentElement.scrollWidth <= innerWidth);
    }
    const taken = Buffer.from(await page.screenshot());
    writeFileSync(join(this.folder, `${name}.png`), this.small ? smaller(taken) : taken);
    if (this.searches) await this.search(page, name);
  }

  async search(page, name) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    for (const { id, nodes } of violations) {
      for (const node of nodes) this.found.push(`${name}: axe ${id}: ${node.target.join(' ')}: ${node.failureSummary}`);
    }
  }

  /** A story broke off. */
  async broke(page, name, error) {
    this.found.push(`${name}: ${error}`);
    await page.screenshot({ path: join(this.folder, `failed-${name.replace(' ', '-')}.png`) });
  }
}
