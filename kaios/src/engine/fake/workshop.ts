// The conversation where things are on their way, failed, or cannot be read.

import type { MessageRow } from '../protocol';
import { fileRow, messageRow } from './row';

export const WORKSHOP = 'otieno@workshop.example';

const BLURHASH = 'LEHV6nWB2yk8pyo0adR*.7kCMdnj';

/** Its rows, oldest first. */
export function workshopRows(now: number): MessageRow[] {
  const minute = 60_000;
  const week = 7 * 24 * 60 * minute;
  const rows: MessageRow[] = [];
  const say = (ago: number, part: Partial<MessageRow>): void => {
    rows.push(messageRow(WORKSHOP, { timeMs: now - week - ago * minute, ...part }));
  };
  say(300, { text: 'The signs for the school are ready.' });
  say(240, { text: 'Here is how they look.', gapBefore: true });
  say(239, { text: '', sealed: 'KeysMissing' });
  say(238, { text: 'I write from a new phone.', trust: 'undecided' });
  say(230, { outgoing: true, text: 'This one went in clear.', encryption: 'none', delivery: 'delivered' });
  say(200, { outgoing: true, text: 'Come by on Friday?', delivery: 'failed', error: 'ServerUnreachable' });
  say(120, {
    files: [fileRow({ name: 'Sketches.zip', mediaType: 'application/zip', size: 3_400_000, state: 'failed', error: 'Gone' })],
  });
  say(110, {
    files: [fileRow({ name: 'voice.ogg', mediaType: 'audio/ogg', size: 48_000, durationMs: 21_000, state: 'remote' })],
  });
  say(100, {
    files: [
      fileRow({
        ...{ name: 'sign.jpg', mediaType: 'image/jpeg', size: 2_600_000, width: 1600, height: 1200 },
        ...{ state: 'coming', moved: 1_100_000, blurhash: BLURHASH, description: 'The sign above the gate' },
      }),
    ],
  });
  say(60, {
    outgoing: true,
    delivery: 'failed',
    error: 'FileTooLarge',
    files: [fileRow({ name: 'Whole garden.mp4', mediaType: 'video/mp4', size: 840_000_000 })],
  });
  say(30, {
    outgoing: true,
    delivery: 'queued',
    files: [fileRow({ name: 'Bill 0417.pdf', mediaType: 'application/pdf', size: 96_000, moved: 60_000 })],
  });
  return rows;
}
