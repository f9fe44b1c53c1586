// A file comes, and its way is cut in the middle: it is whole in the end.

import { begin, largeFile, signIn } from './steps.mjs';

const { phone, world } = await begin();
await signIn(phone, world);
phone.tell('signed in');
await largeFile(phone);
await phone.picture('a-file-that-was-cut');
await phone.end();
