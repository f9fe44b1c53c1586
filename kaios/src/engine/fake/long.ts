// A conversation of 5,000 messages, made of a few sentences, always the same.

import type { MessageRow } from '../protocol';
import { messageRow } from './row';

export const KAMAU = 'kamau@barua.example';

const LINES = [
  'Yes.',
  'I will be there in ten minutes.',
  'Did you see what the weather does today? The whole valley is under the clouds, and the bus stands still on the bridge.',
  'Sawa sawa',
  'Tell them that the meeting begins at nine, not at ten, and that they should bring the papers from last week.',
  'Thank you 🙏',
  'Where are you?',
  'At home. The children sleep already, so I read a little and wait for the rain to stop.',
  'Good night!',
  'Can you send me the address again? I lost my phone in the market, and this one is borrowed from my brother.',
];

export function longRows(now: number, count: number): MessageRow[] {
  const rows: MessageRow[] = [];
  for (let index = 0; index < count; index += 1) {
    const turn = (index * 7919) % 10;
    rows.push(
      messageRow(KAMAU, {
        outgoing: (index * 31) % 7 < 3,
        text: `${LINES[turn] ?? ''}${index % 50 === 0 ? ` (${String(index)})` : ''}`,
        timeMs: now - 26 * 3_600_000 - (count - index) * 1_900_000,
        reactions: index % 23 === 0 ? [{ emoji: '👍', from: [KAMAU] }] : [],
      }),
    );
  }
  return rows;
}
