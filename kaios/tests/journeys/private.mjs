// Somebody signs in in a private window, which keeps what it has for as long as it is open; the page is loaded anew meanwhile.

import { openFirst, say, signIn, writeTo } from './steps.mjs';
import { Phone, world } from './world.mjs';

const phone = new Phone();
await phone.launch();
await phone.tab(await phone.browser.createBrowserContext());
await signIn(phone, world);
await writeTo(phone, world.contact);
await say(phone, 'from a private window');
await phone.message('from a private window', 'Delivered');
await phone.page.reload();
await openFirst(phone, 'from a private window');
await phone.message('from a private window', 'Delivered');
await say(phone, 'and after it was loaded anew');
await phone.message('and after it was loaded anew', 'Delivered');
await phone.end();
