// The account's address and keys as a code to scan, and as a link to share.

import { encode } from 'uqr';
import { createMemo, createResource, Show, type JSX } from 'solid-js';
import { layout } from '../app/layout';
import { useSoftkeys } from '../app/softkeys';
import { engine } from '../app/world';
import { t } from '../i18n';
import { Button, Screen } from '../parts/screen';
import { copyText } from './conversation/message-menu';
import { sayWrong } from './wrong';

/** What others scan or open; null if it could not be had. */
async function ownUri(account: string): Promise<string | null> {
  try {
    return (await engine().call('accountUri', { account })).uri;
  } catch (thrown) {
    sayWrong(thrown);
    return null;
  }
}

/** Shares a link with another app, or copies it where there is no way to. */
async function shareLink(uri: string): Promise<void> {
  if (!('share' in navigator)) {
    await copyText(uri);
    return;
  }
  try {
    await navigator.share({ text: uri });
  } catch (thrown) {
    // Somebody who changed their mind needs nothing else.
    if (!(thrown instanceof DOMException && thrown.name === 'AbortError')) await copyText(uri);
  }
}

export async function shareOwn(account: string): Promise<void> {
  const uri = await ownUri(account);
  if (uri) await shareLink(uri);
}

/** The dark squares of a code, as the path of a picture. */
export function drawn(text: string): { size: number; path: string } {
  const { data, size } = encode(text, { ecc: 'L', border: 2 });
  const path = data
    .map((line, y) => line.map((dark, x) => (dark ? `M${String(x)} ${String(y)}h1v1h-1z` : '')).join(''))
    .join('');
  return { size, path };
}

export function Code(props: { scope: string; account: string }): JSX.Element {
  const [uri] = createResource(() => props.account, ownUri);
  const code = createMemo(() => {
    const text = uri();
    return text ? drawn(text) : null;
  });
  const share = (): void => {
    const text = uri();
    if (text) void shareLink(text);
  };
  useSoftkeys(() => ({ centre: { label: t('share'), run: share } }));
  return (
    <Screen scope={props.scope} title={t('profile.code')}>
      <div class="code-screen read" data-focus="code" tabindex="0" role="group" aria-label={t('profile.code')}>
        <div class="code-frame">
          <Show when={code()}>
            {(it) => (
              <svg
                class="qr"
                viewBox={`0 0 ${String(it().size)} ${String(it().size)}`}
                role="img"
                aria-label={t('profile.code')}
                shape-rendering="crispEdges"
              >
                <path d={it().path} />
              </svg>
            )}
          </Show>
        </div>
        <p class="code-address">
          <bdi>{props.account}</bdi>
        </p>
        <p class="hint">{t('profile.code.hint')}</p>
        <Show when={layout() !== 'tiny'}>
          <Button key="share" label={t('profile.link')} autofocus run={share} />
        </Show>
      </div>
    </Screen>
  );
}
