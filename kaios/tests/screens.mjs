// A picture of every screen of the fake world, driven by keys where it is small and by the mouse where it is wide; axe-core looks at each.
// Run: npm run build:fake && npm run screens -- FOLDER [PART OF A NAME]
// or: npm run build:fake && npm run screens:keep, which makes those that are kept beside the tests.

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { begin, openApp } from './browser.mjs';
import { asked, byTouch, comingIn, damaged, empty, ended, failing, joining, languages, opened } from './screens/coming.mjs';
import { keeping } from './screens/keeping.mjs';
import { Looker } from './screens/look.mjs';
import { byMouse } from './screens/mouse.mjs';
import { choices, pages, questions, two } from './screens/pages.mjs';
import { scanning, scanningOwn } from './screens/scanning.mjs';
import { asking, chatting, files, gates } from './screens/talking.mjs';

const KEPT = fileURLToPath(new URL('../../tests/screens/kaios', import.meta.url));
/** Kept in small and light are all screens; otherwise these. */
const IMPORTANT = ['welcome', 'sign-in', 'chats', 'menu', 'conversation', 'contact', 'settings', 'picture', 'files'];

const HOW = ['small-light', 'small-dark', 'small-ar', 'wide-light', 'wide-dark', 'wide-ar'];

const isKept = (name) =>
  name.startsWith('small-light-') ||
  name === 'small-ar-conversation-arabic' ||
  HOW.some((how) => IMPORTANT.some((screen) => name === `${how}-${screen}`));

const dark = { scheme: 'dark' };
const small = { size: 'small' };
const wide = { size: 'wide' };
const arabic = { settings: { language: 'ar' } };
const fresh = { world: 'new' };

const STORIES = [
  ['small-light', { ...small, ...fresh }, comingIn],
  ['small-light', { ...small, ...fresh }, joining],
  ['small-light', { ...small, ...fresh }, languages],
  ['small-light', small, chatting],
  ['small-light', small, asking],
  ['small-light', small, files],
  ['small-light', small, gates],
  ['small-light', small, pages],
  ['small-light', small, questions],
  ['small-light', small, scanning],
  ['small-light', small, scanningOwn],
  ['small-light', small, choices],
  ['small-light', { ...small, world: 'two', settings: { notifications: 'full' } }, two],
  ['small-light', { ...small, world: 'storeDamaged' }, damaged],
  ['small-light', { ...small, world: 'empty' }, empty],
  ['small-light', small, ended],
  ['small-light', small, failing],
  ['small-light', small, asked],
  ['small-light', small, keeping],
  ['small-dark', { ...small, ...dark, ...fresh }, comingIn],
  ['small-dark', { ...small, ...dark }, chatting],
  ['small-dark', { ...small, ...dark }, files],
  ['small-dark', { ...small, ...dark }, pages],
  ['small-ar', { ...small, ...arabic, ...fresh }, comingIn],
  ['small-ar', { ...small, ...arabic }, chatting],
  ['small-ar', { ...small, ...arabic }, pages],
  ['small-hi', { ...small, settings: { language: 'hi' } }, pages],
  ['small-de', { ...small, settings: { language: 'de' } }, pages],
  ['small-large', { ...small, settings: { size: 'large' } }, chatting],
  ['small-contrast', { ...small, settings: { contrast: true } }, chatting],
  ['flat-light', { size: 'flat', ...fresh }, comingIn],
  ['flat-light', { size: 'flat' }, chatting],
  ['phone-light', { size: 'phone', ...fresh }, byTouch],
  ['phone-light', { size: 'phone' }, byMouse],
  ['phone-dark', { size: 'phone', ...dark }, byMouse],
  ['wide-light', { ...wide, ...fresh }, comingIn],
  ['wide-light', { ...wide, ...fresh }, joining],
  ['wide-light', wide, byMouse],
  ['wide-light', wide, asked],
  ['wide-dark', { ...wide, ...dark, ...fresh }, comingIn],
  ['wide-dark', { ...wide, ...dark }, byMouse],
  ['wide-ar', { ...wide, ...arabic, ...fresh }, comingIn],
  ['wide-ar', { ...wide, ...arabic }, byMouse],
  ['wide-light', { ...wide, world: 'empty' }, empty],
  ...['storeInUse', 'storeTooNew', 'storageFull', 'storeUnusable', 'offline', 'failed'].flatMap((world) => [
    ['small-light', { ...small, world }, opened(world)],
    ['wide-light', { ...wide, world }, opened(world)],
  ]),
];

/** What the command line asks for: where to, which stories, and how to look. */
function wanted([first, only = '']) {
  if (!first) throw new Error('where to? npm run screens -- FOLDER');
  if (first !== '--keep') return { looker: new Looker(first), told: (story) => story.includes(only), sharp: 2 };
  const looker = new Looker(KEPT, { wanted: isKept, small: true, searches: false });
  return { looker, told: (story) => HOW.some((how) => story.startsWith(how)), sharp: 1 };
}

const { looker, told, sharp } = wanted(process.argv.slice(2));
mkdirSync(looker.folder, { recursive: true });
if (looker.folder === KEPT) readdirSync(KEPT).forEach((name) => rmSync(join(KEPT, name)));
const app = await begin();
for (const [name, how, story] of STORIES) {
  const title = `${name} ${story.name}`;
  if (!told(title)) continue;
  const { page, problems, close } = await openApp(app, { ...how, still: true, sharp });
  await story(page, looker.at(page, name)).catch((error) => looker.broke(page, title, error));
  looker.found.push(...problems.map((problem) => `${title}: ${problem}`));
  await close();
}
await app.end();
console.log(`${looker.count} pictures in ${looker.folder}`);
for (const line of new Set(looker.found)) console.log(line);
process.exitCode = looker.found.length > 0 ? 1 : 0;
