// The picture of somebody, or the first letters of the name on a colour that belongs to the address.

import { createResource, Show, type JSX } from 'solid-js';
import { engine } from '../app/world';
import { colourOf, initials } from './name';

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
