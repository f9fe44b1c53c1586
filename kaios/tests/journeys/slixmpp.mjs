// Somebody talks with a contact who has another client and another implementation of encryption, by keys alone.

import { begin, say, signIn, writeTo } from './steps.mjs';

const { phone, world } = await begin();
await signIn(phone, world);
await writeTo(phone, world.other);
await say(phone, world.words);
await phone.message('Carol', `heard: ${world.words}`);
await phone.message('You', world.words, world.state);
await phone.sees('Encrypted');
await phone.picture('slixmpp');
await phone.end();
