// The picture of somebody, or the first letters of the name on a colour that belongs to the address.

import { createResource, Show, type JSX } from 'solid-js';
import { engine } from '../app/world';

/** How many colours there are; the style names them. */
const COLOURS = 8;

/** A number that belongs to an address. */
export function colourOf(address: string): number {
  let sum = 0;
  for (const letter of address) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % COLOURS;
}

/** One or two letters of a name; the first ones of its first and last word. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const first = (word: string): string => {
    const letter = /[\p{L}\p{N}]\p{M}*/u.exec(word);
    return letter ? letter[0].toLocaleUpperCase() : '';
  };
  if (words.length === 0) return '?';
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  // Scripts whose letters join or carry marks look torn when two stand alone.
  if (!/^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u.test(words[0] ?? '')) return first(words[0] ?? '');
  return first(words[0] ?? '') + (last ? first(last) : '');
}

const pictures = new Map<string, Promise<string | null>>();

/** The address of a picture of the cache; each is asked for once. */
function picture(hash: string): Promise<string | null> {
  let found = pictures.get(hash);
  if (!found) {
    found = engine()
      .call('avatar', { hash })
      .then((avatar) =>
        avatar ? URL.createObjectURL(new Blob([avatar.bytes.slice()], { type: avatar.mediaType })) : null,
      )
      .catch(() => null);
    pictures.set(hash, found);
  }
  return found;
}

export function Avatar(props: { name: string; jid: string; hash?: string | null; large?: boolean }): JSX.Element {
  const [source] = createResource(() => props.hash ?? null, picture);
  return (
    <span class={`avatar colour-${String(colourOf(props.jid))}`} classList={{ large: props.large }} aria-hidden="true">
      <Show when={props.hash ? source.latest : null} fallback={initials(props.name)}>
        {(address) => <img src={address()} alt="" />}
      </Show>
    </span>
  );
}
