// Makes a picture of the app small in bytes: a PNG of at most 256 colours, always the same for the same picture.

import { crc32, deflateSync, inflateSync } from 'node:zlib';

const MOST = 256;
const HEAD = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** How many bytes a point takes, by the kind of colour: RGB and RGBA. */
const BYTES = { 2: 3, 6: 4 };

/** What Chromium wrote: eight bits a channel, not interlaced. */
function read(png) {
  const data = [];
  let [width, height, bytes] = [0, 0, 0];
  for (let at = HEAD.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const kind = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (kind === 'IHDR') [width, height, bytes] = [body.readUInt32BE(0), body.readUInt32BE(4), BYTES[body[9]]];
    if (kind === 'IDAT') data.push(body);
    at += length + 12;
  }
  return { width, height, bytes, lines: unfiltered(inflateSync(Buffer.concat(data)), width * bytes, height, bytes) };
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

const FILTERS = [
  () => 0,
  (left) => left,
  (_left, up) => up,
  (left, up) => (left + up) >> 1,
  paeth,
];

/** The lines of a picture without what was done to them to make them smaller. */
function unfiltered(raw, size, height, bytes) {
  const lines = Buffer.alloc(size * height);
  for (let y = 0; y < height; y += 1) {
    const filter = FILTERS[raw[y * (size + 1)]];
    for (let x = 0; x < size; x += 1) {
      const at = y * size + x;
      const left = x < bytes ? 0 : lines[at - bytes];
      const up = y === 0 ? 0 : lines[at - size];
      const corner = x < bytes || y === 0 ? 0 : lines[at - size - bytes];
      lines[at] = raw[y * (size + 1) + 1 + x] + filter(left, up, corner);
    }
  }
  return lines;
}

const CHANNELS = [16, 8, 0];
const channel = (colour, shift) => (colour >> shift) & 255;

/** The channel in which the colours of a box lie furthest apart, and how far. */
function widest(box) {
  const spans = CHANNELS.map((shift) => {
    const values = box.map(([colour]) => channel(colour, shift));
    return { shift, span: Math.max(...values) - Math.min(...values) };
  });
  return spans.sort((a, b) => b.span - a.span)[0];
}

/** Cuts a box in two halves that are seen as often. */
function cut(box, shift) {
  box.sort(([a], [b]) => channel(a, shift) - channel(b, shift) || a - b);
  const half = box.reduce((sum, [, count]) => sum + count, 0) / 2;
  let sum = 0;
  const at = box.findIndex(([, count]) => (sum += count) >= half);
  const middle = Math.min(box.length - 1, Math.max(1, at));
  return [box.slice(0, middle), box.slice(middle)];
}

/** Boxes of colours that lie close together, as many as there may be. */
function boxes(colours) {
  const weigh = (box) => {
    const { shift, span } = widest(box);
    return { box, shift, weight: span * span * Math.sqrt(box.reduce((sum, [, count]) => sum + count, 0)) };
  };
  const all = [weigh(colours)];
  while (all.length < MOST) {
    const heaviest = all.reduce((best, it, at) => (it.weight > all[best].weight ? at : best), 0);
    if (all[heaviest].weight === 0) break;
    const [{ box, shift }] = all.splice(heaviest, 1);
    all.push(...cut(box, shift).map(weigh));
  }
  return all.map(({ box }) => box);
}

/** The colour that stands for a box: one that is seen most stays exactly as it was, or else all give their mean. */
function standing(box) {
  const sum = (of) => box.reduce((all, it) => all + of(it), 0);
  const all = sum(([, count]) => count);
  const [colour, count] = box.reduce((best, it) => (it[1] > best[1] ? it : best));
  if (count > all / 3) return colour;
  const mean = (shift) => Math.round(sum(([it, times]) => channel(it, shift) * times) / all);
  return CHANNELS.reduce((mixed, shift) => mixed | (mean(shift) << shift), 0);
}

function nearest(palette, colour) {
  const apart = (other) => CHANNELS.reduce((sum, shift) => sum + (channel(colour, shift) - channel(other, shift)) ** 2, 0);
  let [best, least] = [0, Infinity];
  palette.forEach((other, at) => {
    const now = apart(other);
    if (now < least) [best, least] = [at, now];
  });
  return best;
}

/** How far a point is moved from its colour, by its place in a square of four: what changes slowly shows no steps. */
const SCATTER = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];

function scattered(colour, x, y) {
  const by = (SCATTER[(y % 4) * 4 + (x % 4)] - 7) / 2;
  const moved = (shift) => Math.round(Math.min(255, Math.max(0, channel(colour, shift) + by)));
  return CHANNELS.reduce((mixed, shift) => mixed | (moved(shift) << shift), 0);
}

function chunk(kind, body) {
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), body]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

/** The same picture, smaller. */
export function smaller(png) {
  const { width, height, bytes, lines } = read(png);
  const points = new Uint32Array(width * height);
  const counts = new Map();
  for (let at = 0; at < points.length; at += 1) {
    const colour = lines.readUIntBE(at * bytes, 3);
    points[at] = colour;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = boxes([...counts]).map(standing);
  const places = new Map();
  const place = (colour) => {
    if (!places.has(colour)) places.set(colour, nearest(palette, colour));
    return places.get(colour);
  };
  const exact = new Set(palette);
  const body = Buffer.alloc((width + 1) * height);
  points.forEach((colour, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    body[at + y + 1] = place(exact.has(colour) ? colour : scattered(colour, x, y));
  });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3], 8);
  const colours = Buffer.from(palette.flatMap((colour) => CHANNELS.map((shift) => channel(colour, shift))));
  const packed = deflateSync(body, { level: 9 });
  return Buffer.concat([HEAD, chunk('IHDR', head), chunk('PLTE', colours), chunk('IDAT', packed), chunk('IEND', Buffer.alloc(0))]);
}
