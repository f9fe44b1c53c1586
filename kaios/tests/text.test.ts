// Texts, names, links and pictures that are computed.

import { describe, expect, test } from 'vitest';
import { colourOf, initials } from '../src/parts/name';
import { pixels } from '../src/screens/conversation/blurhash';
import { links, onlyEmoji, pieces } from '../src/screens/conversation/pieces';
import { byKey, grouped } from '../src/screens/device-rows';
import { addressIn } from '../src/screens/invite-link';
import { excerpt, matching } from '../src/screens/matching';
import { roomOf } from '../src/screens/room';
import { listensAt } from '../src/screens/server-address';
import { device } from '../src/engine/fake/world';

describe('links', () => {
  test('end before the full stop of their sentence and a bracket that is not theirs', () => {
    const found = (text: string): string[] => links(text).map((it) => it.link);
    expect(found('See https://a.example/b?c=d.')).toEqual(['https://a.example/b?c=d']);
    expect(found('(https://a.example)')).toEqual(['https://a.example']);
    expect(found('https://a.example/x_(y)')).toEqual(['https://a.example/x_(y)']);
    expect(found('xmpp:a@b.example and http://c.example, too')).toEqual(['xmpp:a@b.example', 'http://c.example']);
  });

  test('are only of kinds that are safe to open', () => {
    expect(links('javascript:alert(1) data:text/html,x file:///etc')).toEqual([]);
  });
});

test('a text is cut where styles and links begin and end, and nothing of it is lost', () => {
  const text = 'a *bold https://x.example* b';
  const cut = pieces(text, [{ start: 2, end: 26, style: 'bold' }]);
  expect(cut.map((piece) => piece.text).join('')).toBe(text);
  expect(cut.find((piece) => piece.link)?.styles).toEqual(['bold']);
  expect(cut[0]).toEqual({ text: 'a ', styles: [], link: null });
});

test('a few emoji alone are shown large', () => {
  expect(onlyEmoji('😍🌱')).toBe(true);
  expect(onlyEmoji('❤️ 👍🏽')).toBe(true);
  expect(onlyEmoji('👍 ok')).toBe(false);
  expect(onlyEmoji('12')).toBe(false);
});

test('initials suit the script of a name, and a colour belongs to the address', () => {
  expect(initials('Amina Wanjiru')).toBe('AW');
  expect(initials('mara@larimar.example')).toBe('ME');
  expect(initials('प्रिया शर्मा')).toBe('प्');
  expect(initials('سارة الخطيب')).toBe('س');
  expect(initials('…')).toBe('?');
  expect(colourOf('a@b.example')).toBe(colourOf('a@b.example'));
});

test('contacts are found by words of name and address', () => {
  const rows = [
    { jid: 'amina@k.example', name: 'Amina Wanjiru' },
    { jid: 'lucas@f.example', name: 'Lucas Moreau' },
  ];
  expect(matching(rows, 'wan k.ex')).toEqual([rows[0]]);
  expect(matching(rows, '')).toEqual(rows);
});

test('an excerpt shows the word that was looked for', () => {
  expect(excerpt('Look at them after one night of rain!', 'rain')).toEqual({
    before: '…after one night of ',
    hit: 'rain',
    after: '!',
  });
  expect(excerpt('Rain', 'rain')).toEqual({ before: '', hit: 'Rain', after: '' });
  expect(excerpt('nothing', 'else')).toEqual({ before: 'nothing', hit: '', after: '' });
});

test('an invitation on a web page is read as the address that it carries', () => {
  expect(addressIn(' xmpp:a@b.example?roster ')).toBe('xmpp:a@b.example?roster');
  expect(addressIn('https://invite.example/#a@b.example?register;preauth=x')).toBe('xmpp:a@b.example?register;preauth=x');
  expect(addressIn('https://invite.example/#a%40b.example')).toBe('xmpp:a@b.example');
});

test('a device that is met in two versions is shown once, its number in groups', () => {
  const one = device(5, { label: null, lastSeenMs: 10, listed: false });
  const two = { ...one, version: 'omemo' as const, label: 'Phone', lastSeenMs: 20, listed: true, this: true };
  expect(byKey([one, two])).toEqual([{ ...one, label: 'Phone', lastSeenMs: 20, listed: true, this: true }]);
  expect(grouped(one.fingerprint)).toHaveLength(8);
});

test('a blurhash is drawn, and one that is not whole is not', () => {
  const drawn = pixels('LGF5]+Yk^6#M@-5c,1J5@[or[Q6.', 4, 3);
  expect(drawn).toHaveLength(48);
  // The upper left, the upper right and the lower right corner, as another program computes them.
  const corner = (pixel: number): number[] => Array.from(drawn?.slice(pixel * 4, pixel * 4 + 4) ?? []);
  expect([corner(0), corner(3), corner(11)]).toEqual([
    [176, 118, 163, 255],
    [167, 79, 126, 255],
    [119, 116, 108, 255],
  ]);
  expect(pixels('LGF5]+Yk', 4, 3)).toBeNull();
  expect(pixels('', 4, 3)).toBeNull();
});

describe('where a server listens', () => {
  test('a name, and the address of its page, leave the path to the engine', () => {
    for (const typed of ['chat.example.org', ' chat.example.org/ ', 'https://chat.example.org', 'http://chat.example.org/', 'wss://chat.example.org']) {
      expect(listensAt(typed)).toEqual({ server: 'chat.example.org', websocket: null });
    }
    expect(listensAt('chat.example.org:5281')).toEqual({ server: 'chat.example.org:5281', websocket: null });
  });

  test('an address with a path is taken as it is', () => {
    const websocket = 'wss://chat.example.org:5443/ws';
    for (const typed of [websocket, 'HTTPS://chat.example.org:5443/ws', 'chat.example.org:5443/ws']) {
      expect(listensAt(typed)).toEqual({ server: null, websocket });
    }
    const here = 'ws://127.0.0.1:5280/xmpp-websocket';
    expect(listensAt(here)).toEqual({ server: null, websocket: here });
  });

  test('nothing is nothing', () => {
    expect(listensAt('  ')).toEqual({ server: null, websocket: null });
  });
});

describe('the room on a device', () => {
  test('is said as far as the browser says it', () => {
    expect(roomOf({ usage: 10, quota: 100 })).toEqual({ used: 10, free: 90 });
    expect(roomOf({ usage: 120, quota: 100 })).toEqual({ used: 120, free: 0 });
    expect(roomOf({ usage: 0, quota: 100 })).toEqual({ used: null, free: 100 });
    expect(roomOf({})).toEqual({ used: null, free: null });
  });
});
