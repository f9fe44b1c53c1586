// Reads an invitation that came as a link.

/** The xmpp: address in an invitation; many come as a web page that carries it behind a #. */
export function addressIn(link: string): string {
  const text = link.trim();
  const at = text.indexOf('#');
  if (!/^https?:/i.test(text) || at < 0) return text;
  const rest = text.slice(at + 1);
  let plain = rest;
  try {
    plain = decodeURIComponent(rest);
  } catch {
    // Not encoded: as it is.
  }
  return /^xmpp:/i.test(plain) ? plain : `xmpp:${plain}`;
}
