// The text of a message: styled as its writer meant it, with links that are opened with care.

import { For, Show, type JSX } from 'solid-js';
import type { SpanRow } from '../../engine/protocol';
import { t } from '../../i18n';
import { ask } from '../../parts/overlays';
import { onlyEmoji, pieces } from './pieces';

/** Asks first, then opens a link outside of Larimar, which learns nothing of us. */
export async function openLink(link: string): Promise<void> {
  if (await ask(t('message.link'), `${t('message.link.ask')}\n${link}`, t('open'))) {
    window.open(link, '_blank', 'noopener,noreferrer');
  }
}

export function MessageText(props: { text: string; spans: SpanRow[] }): JSX.Element {
  return (
    <span class="text" classList={{ 'only-emoji': onlyEmoji(props.text) }} dir="auto">
      <For each={pieces(props.text, props.spans)}>
        {(piece) => (
          <Show when={piece.link} fallback={<span class={piece.styles.join(' ')}>{piece.text}</span>}>
            {(link) => (
              <a
                href={link()}
                class={piece.styles.join(' ')}
                target="_blank"
                rel="noopener noreferrer"
                onClick={(event) => {
                  event.preventDefault();
                  void openLink(link());
                }}
              >
                {piece.text}
              </a>
            )}
          </Show>
        )}
      </For>
    </span>
  );
}
