// Finds by words: people by name and address, and the part of a text where a word stands.

/** The contacts whose name or address has all of these words. */
export function matching<T extends { jid: string; name: string }>(rows: readonly T[], words: string): T[] {
  const parts = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const text = `${row.name} ${row.jid}`.toLocaleLowerCase();
    return parts.every((part) => text.includes(part));
  });
}

export interface Excerpt {
  before: string;
  hit: string;
  after: string;
}

/** The part of a text around the first of some words. */
export function excerpt(text: string, words: string): Excerpt {
  const line = text.replace(/\s+/g, ' ');
  const lower = line.toLocaleLowerCase();
  let best = -1;
  let length = 0;
  for (const word of words.toLocaleLowerCase().split(/\s+/).filter(Boolean)) {
    const at = lower.indexOf(word);
    if (at >= 0 && (best < 0 || at < best)) {
      best = at;
      length = word.length;
    }
  }
  if (best < 0) return { before: line, hit: '', after: '' };
  const start = best > 24 ? line.indexOf(' ', best - 20) + 1 || best : 0;
  const from = start > best ? best : start;
  return {
    before: (from > 0 ? '…' : '') + line.slice(from, best),
    hit: line.slice(best, best + length),
    after: line.slice(best + length),
  };
}
