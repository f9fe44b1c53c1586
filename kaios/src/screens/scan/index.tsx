// Somebody's code before the camera, or that of one's own other device: the devices are verified. The camera is off as soon as this is not seen any more.

import { createSignal, onCleanup, onMount, Show, type JSX } from 'solid-js';
import { back } from '../../app/router';
import { useSoftkeys } from '../../app/softkeys';
import { nameOf } from '../../app/world';
import { errorOf } from '../../engine/engine';
import { t } from '../../i18n';
import { errorText } from '../../i18n/errors';
import { Button, Screen } from '../../parts/screen';
import { compare, sayOutcome, useless } from '../compare';
import { closeCamera, openCamera, whyNot, type NoCamera } from './camera';
import { reader } from './reader';

/** Between two looks, in milliseconds: a slow phone has other things to do too. */
const PAUSE = 150;

export function Scan(props: { scope: string; account: string; jid: string }): JSX.Element {
  const { account, jid } = props;
  const isOwn = account === jid;
  const title = t(isOwn ? 'devices.scan' : 'security.scan');
  const hint = (): string => (isOwn ? t('devices.scan.hint') : t('scan.hint', { name: nameOf(account, jid) }));
  const [trouble, setTrouble] = createSignal<NoCamera | null>(null);
  /** What is wrong with a code that was seen. */
  const [wrong, setWrong] = createSignal<string | null>(null);
  let video!: HTMLVideoElement;
  /** The turn of looking that goes on; all others have ended. */
  let turn = 0;
  let stream: MediaStream | null = null;
  let last = '';

  function stop(): void {
    turn += 1;
    if (stream) closeCamera(stream);
    stream = null;
  }

  async function begin(): Promise<void> {
    stop();
    setTrouble(null);
    const own = turn;
    try {
      const opened = await openCamera();
      if (own !== turn) {
        // It was left before the camera was there.
        closeCamera(opened);
        return;
      }
      stream = opened;
      opened.getTracks().forEach((track) => track.addEventListener('ended', () => fail('busy')));
      video.srcObject = opened;
      await video.play();
      const read = await reader();
      while (own === turn) {
        const text = read(video);
        if (text !== null && text !== last) await take(text);
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    } catch (thrown) {
      if (own === turn) fail(whyNot(thrown));
    }
  }

  function fail(why: NoCamera): void {
    stop();
    setTrouble(why);
  }

  /** A code was seen. One that helps nobody is said to, and the next one is looked for. */
  async function take(text: string): Promise<void> {
    const own = turn;
    last = text;
    try {
      const outcome = await compare(account, jid, text);
      if (own !== turn) return;
      if (outcome.kind === 'otherPerson' || outcome.kind === 'noDevices') setWrong(useless(outcome));
      else {
        stop();
        back();
        sayOutcome(outcome);
      }
    } catch (thrown) {
      const error = errorOf(thrown);
      setWrong(error.kind === 'badValue' || error.kind === 'badAddress' ? t('scan.unknown') : errorText(error));
    }
  }

  const follow = (): void => {
    if (document.hidden) stop();
    else if (trouble() === null) void begin();
  };
  document.addEventListener('visibilitychange', follow);
  onCleanup(() => {
    document.removeEventListener('visibilitychange', follow);
    stop();
  });
  onMount(() => void begin());
  useSoftkeys(() => ({
    left: { label: t('back'), run: back },
    centre: trouble() === null ? null : { label: t('select') },
  }));

  return (
    <Screen scope={props.scope} title={title} subtitle={isOwn ? jid : nameOf(account, jid)}>
      <div class="code-screen">
        <Show when={trouble() === null}>
          <div class="scan-frame read" data-focus="scan" tabindex="0" role="group" aria-label={title}>
            <video ref={video} muted playsinline />
          </div>
        </Show>
        <p class="hint" role="status">
          {trouble() === null ? (wrong() ?? hint()) : t(`scan.${trouble() ?? 'none'}`)}
        </p>
        <Show when={trouble()}>
          <Button key="again" label={t('retry')} autofocus run={() => void begin()} />
        </Show>
      </div>
    </Screen>
  );
}
