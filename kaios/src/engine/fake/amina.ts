// The conversation that has everything: replies, reactions, pictures, voice, files, corrections, and what was taken back.

import type { MessageRow } from '../protocol';
import { fileRow, ME, messageRow } from './row';

export const AMINA = 'amina@kilimani.example';

/** Its rows, oldest first. */
export function aminaRows(now: number): MessageRow[] {
  const minute = 60_000;
  const day = 24 * 60 * minute;
  const rows: MessageRow[] = [];
  const say = (ago: number, part: Partial<MessageRow>): MessageRow => {
    const row = messageRow(AMINA, { timeMs: now - ago, trust: part.outgoing ? null : 'verified', ...part });
    rows.push(row);
    return row;
  };
  say(2 * day, { text: 'Habari! Did the seeds arrive?' });
  say(2 * day - minute, { outgoing: true, text: 'Nzuri sana 😊 They did, all three bags.' });
  say(2 * day - 2 * minute, {
    outgoing: true,
    text: 'Half of them go to the school garden on Saturday. Will you come and help?',
  });
  const asked = say(2 * day - 9 * minute, {
    text: 'Of course. What should I bring?',
    reactions: [{ emoji: '👍', from: [ME] }],
  });
  say(2 * day - 11 * minute, {
    outgoing: true,
    text: 'Gloves, water, and your *best hat*. The list is on https://garden.example/saturday',
    spans: [{ start: 24, end: 34, style: 'bold' }],
    reply: { message: asked.id, preview: asked.text, outgoing: false },
    edited: true,
  });
  say(day + 60 * minute, { retracted: true });
  say(day, {
    files: [
      fileRow({
        name: 'seedlings.jpg',
        mediaType: 'image/jpeg',
        size: 184_000,
        width: 1200,
        height: 900,
        description: 'Seedlings in a tray',
      }),
    ],
  });
  say(day - minute, {
    text: 'Look at them after one night of rain!',
    reactions: [
      { emoji: '😍', from: [ME] },
      { emoji: '🌱', from: [AMINA, ME] },
    ],
  });
  say(day - 4 * minute, { outgoing: true, text: '😍🌱' });
  say(90 * minute, {
    files: [fileRow({ name: 'voice.ogg', mediaType: 'audio/ogg', size: 31_000, durationMs: 12_400 })],
  });
  say(80 * minute, {
    outgoing: true,
    files: [fileRow({ name: 'Planting plan 2026.pdf', mediaType: 'application/pdf', size: 412_000 })],
    delivery: 'delivered',
  });
  say(30 * minute, {
    files: [
      fileRow({
        name: 'gate.jpg',
        mediaType: 'image/jpeg',
        size: 2_600_000,
        width: 1600,
        height: 1200,
        state: 'remote',
        blurhash: 'LEHV6nWB2yk8pyo0adR*.7kCMdnj',
        description: 'The school gate',
      }),
    ],
  });
  say(12 * minute, { text: 'Tutaonana kesho saa nne 🌞' });
  say(10 * minute, { outgoing: true, text: 'See you at ten! I bring the mangoes.', delivery: 'delivered' });
  return rows;
}
