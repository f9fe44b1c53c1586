// A file comes, and its way is cut in the middle: it is whole in the end.

import { begin, openFirst, signIn } from './steps.mjs';

const { phone, world } = await begin();
await signIn(phone, world);
phone.tell('signed in');
await openFirst(phone, 'large.bin');
const isHere = () => /^[0-9.,]+\sMB$/.test(document.querySelector('.file-other .file-detail')?.textContent ?? '');
await phone.until('the file is here', isHere);
await phone.picture('a-file-that-was-cut');
await phone.end();
