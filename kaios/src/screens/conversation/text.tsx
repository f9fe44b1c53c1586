// The text of a message: styled as its writer meant it, with links that are opened with care.

import { createMemo, type JSX } from 'solid-js';
import type { SpanRow } from '../../engine/protocol';
import { t } from '../../i18n';
import { ask } from '../../parts/overlays';
import { onlyEmoji, pieces, type Piece } from './pieces';

/** Asks first, then opens a link outside of Larimar, which learns nothing of us. */
export async function openLink(link: string): Promise<void> {
  if (await ask(t('message.link'), `${t('message.link.ask')}\n${link}`, t('open'))) {
    window.open(link, '_blank', 'noopener,noreferrer');
  }
}

function Link(props: { piece: Piece; link: string }): JSX.Element {
  return (
    <a
      href={props.link}
      class={props.piece.styles.join(' ')}
      target="_blank"
      rel="noopener noreferrer"
      onClick={(event) => {
        event.preventDefault();
        void openLink(props.link);
      }}
    >
      {props.piece.text}
    </a>
  );
}

export function MessageText(props: { text: string; spans: SpanRow[] }): JSX.Element {
  const parts = createMemo(() => pieces(props.text, props.spans), [], {
    equals: (before, now) => JSON.stringify(before) === JSON.stringify(now),
  });
  const drawn = (piece: Piece): JSX.Element => {
    if (piece.link !== null) return <Link piece={piece} link={piece.link} />;
    return piece.styles.length > 0 ? <span class={piece.styles.join(' ')}>{piece.text}</span> : piece.text;
  };
  return (
    <span class="text" classList={{ 'only-emoji': onlyEmoji(props.text) }} dir="auto">
      {parts().map(drawn)}
    </span>
  );
}
