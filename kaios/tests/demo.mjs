// The demo without a person: signs in on the page by keys, talks with echo, and keeps a picture. `cargo xtask demo` runs it, and
// looks at echo's side.

import { attach, begin, choose, openFirst, openMenu, pictures, rewrite, say, signIn } from './journeys/steps.mjs';

const step = (what) => console.log(`   ✓ ${what}`);

const { phone, world } = await begin();
await signIn(phone, world);
step(`the page signed in as ${world.account}, and found the server by itself`);
await openFirst(phone, world.greeting);
await phone.message(world.greeting);
step('echo greeted, on a device of its own');
await say(phone, 'Hello from a browser!');
await phone.message('Hello from a browser!', 'Read', '👍');
await phone.message('Echo: Hello from a browser!');
step('a message was sent, delivered and read; echo liked it, and said it back');
await say(phone, 'How are yuo?');
await phone.message('Echo: How are yuo?');
await openMenu(phone, 'You, How are yuo?');
await choose(phone, 'Edit');
await rewrite(phone, 'How are you?');
await phone.message('You, How are you?', 'edited');
await phone.message('Echo: How are you?', 'edited');
step('a message was corrected, and echo corrected its answer');
await openMenu(phone, 'Echo: How are you?');
await choose(phone, 'React 👍');
await phone.message('Echo: How are you?', '👍');
step('you reacted with 👍');
await attach(phone, world.picture);
await phone.press('Enter');
await pictures(phone, 2);
step('a picture went each way');
await phone.sees('Encrypted');
const said = await phone.page.$$eval('.message', (rows) => rows.map((row) => row.ariaLabel));
const sealed = await phone.page.$$eval('.message [aria-label="Not encrypted"]', (marks) => marks.length === 0);
if (!sealed) throw new Error('the page shows a message that was not encrypted');
step('the page says that every message was encrypted');
console.log(`\nWhat the page says:\n${said.map((line) => `   ${line}`).join('\n')}`);
await phone.picture('demo');
await phone.end();
