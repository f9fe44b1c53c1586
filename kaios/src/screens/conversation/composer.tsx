// Where a message is written: text, files with it, an answer or a correction, and voice messages.

import { createEffect, createSignal, For, on, onCleanup, onMount, Show, type JSX } from 'solid-js';
import { beforeBack } from '../../app/leaving';
import { layout } from '../../app/layout';
import { engine, nameOf } from '../../app/world';
import { focusOn } from '../../focus/keeper';
import { t } from '../../i18n';
import { duration } from '../../i18n/format';
import { Icon } from '../../parts/icon';
import { chooseEmoji } from '../../parts/overlays';
import { IconButton } from '../../parts/screen';
import { attempt } from '../chat-menu';
import type { Draft } from './draft';
import { canRecord, dropRecording, recorded, startRecording } from './voice-recorder';

/** The other side is told at most this often that we type, in milliseconds. */
const TYPING = 4000;

export interface ComposerProps {
  account: string;
  chat: string;
  draft: Draft;
  onSend: () => void;
  onFiles: (files: File[]) => void;
}

function Above(props: ComposerProps): JSX.Element {
  const about = () => props.draft.about();
  return (
    <Show when={about()}>
      {(it) => (
        <div class="composer-above">
          <Icon name={it().edit ? 'edit' : 'reply'} class="small" />
          <span class="grow">
            <span class="quote-name">
              {it().edit
                ? t('message.editing')
                : t('message.replyTo', { name: it().row.outgoing ? t('message.you') : nameOf(props.account, props.chat) })}
            </span>
            <span class="quote-text" dir="auto">
              {it().row.text || it().row.files[0]?.name}
            </span>
          </span>
          <IconButton icon="close" label={t('cancel')} run={() => props.draft.forget()} />
        </div>
      )}
    </Show>
  );
}

function FileSign(props: { file: File }): JSX.Element {
  return (
    <>
      <Icon name={props.file.type.startsWith('image/') ? 'picture' : 'file'} class="small" />
      <bdi>{props.file.name}</bdi>
    </>
  );
}

/** The files that go with the message, and those that are leaving. */
function Tray(props: ComposerProps): JSX.Element {
  return (
    <Show when={props.draft.files().length > 0 || props.draft.leaving().length > 0}>
      <div class="tray">
        <For each={props.draft.leaving()}>
          {(file) => (
            <span class="tray-file leaving" role="status">
              <FileSign file={file} />
              {t('file.sending')}
            </span>
          )}
        </For>
        <For each={props.draft.files()}>
          {(file) => (
            <span class="tray-file">
              <FileSign file={file} />
              <IconButton
                icon="close"
                key={`tray ${file.name}`}
                label={`${t('remove')}: ${file.name}`}
                run={() => props.draft.setFiles(props.draft.files().filter((it) => it !== file))}
              />
            </span>
          )}
        </For>
        <Show when={props.draft.files().some((file) => file.type.startsWith('image/'))}>
          <label class="tray-choice">
            <input
              type="checkbox"
              data-focus="as it is"
              checked={props.draft.asItIs()}
              onChange={(event) => props.draft.setAsItIs(event.currentTarget.checked)}
            />
            {t('file.asItIs')}
          </label>
        </Show>
      </div>
    </Show>
  );
}

function Recorder(props: ComposerProps): JSX.Element {
  onMount(() => setTimeout(() => focusOn('recording')));
  return (
    <div class="composer-line" role="status">
      <Show when={layout() !== 'tiny'}>
        <IconButton icon="delete" label={t('cancel')} run={() => dropRecording()} />
      </Show>
      <span class="recording grow" data-focus="recording" tabindex="0">
        <span class="recording-dot" aria-hidden="true" />
        {t('voice.recording')} {duration(recorded() ?? 0)}
      </span>
      <Show when={layout() !== 'tiny'}>
        <IconButton icon="send" class="send" label={t('send')} run={() => props.onSend()} />
      </Show>
    </div>
  );
}

/** Asks for files of the phone or the computer. */
export function pickFiles(accept: string, take: (files: File[]) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  input.multiple = true;
  input.onchange = () => take(Array.from(input.files ?? []));
  input.click();
}

export function Composer(props: ComposerProps): JSX.Element {
  let field!: HTMLTextAreaElement;
  const [told, setTold] = createSignal(0);

  const grow = (): void => {
    field.style.height = 'auto';
    // The edges are not part of what scrolls.
    const edges = field.offsetHeight - field.clientHeight;
    field.style.height = `${String(Math.min(field.scrollHeight + edges, layout() === 'tiny' ? 84 : 140))}px`;
  };

  const typing = (active: boolean): void => {
    const now = Date.now();
    if (active && now - told() < TYPING) return;
    if (!active && told() === 0) return;
    setTold(active ? now : 0);
    engine().call('typing', { account: props.account, chat: props.chat, on: active }).catch(() => undefined);
  };

  const input = (text: string): void => {
    props.draft.setText(text);
    typing(text !== '');
  };

  async function emoji(): Promise<void> {
    const chosen = await chooseEmoji(t('chat.emoji'));
    if (chosen) props.draft.setText(props.draft.text() + chosen);
    field.focus();
  }

  createEffect(on(() => [props.draft.text(), recorded()], () => field?.isConnected && grow()));
  createEffect(
    on(
      () => props.draft.about(),
      // After the menu that it was chosen in has gone, and taken its focus with it.
      (about) => about && setTimeout(() => focusOn('composer')),
      { defer: true },
    ),
  );
  createEffect(on(recorded, (now) => now === null && setTimeout(() => focusOn('composer')), { defer: true }));
  beforeBack(() => dropRecording() || props.draft.forget());
  onCleanup(() => {
    dropRecording();
    typing(false);
    const { account, chat } = props;
    const text = props.draft.about()?.edit ? '' : props.draft.text();
    void attempt(engine().call('setDraft', { account, chat, text }));
  });

  const full = (): boolean => props.draft.text().trim() !== '' || props.draft.files().length > 0;
  return (
    <div class="composer">
      <Show when={recorded() === null} fallback={<Recorder {...props} />}>
        <Above {...props} />
        <Tray {...props} />
        <div class="composer-line">
          <Show when={layout() !== 'tiny'}>
            <IconButton icon="attach" label={t('chat.attach')} run={() => pickFiles('', props.onFiles)} />
          </Show>
          <textarea
            ref={field}
            rows="1"
            class="composer-field"
            aria-label={t('chat.write')}
            placeholder={t('chat.write')}
            autocapitalize="sentences"
            enterkeyhint="send"
            dir="auto"
            data-focus="composer"
            data-autofocus
            value={props.draft.text()}
            onInput={(event) => input(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              // A key that is held may have been pressed elsewhere.
              if (full() && !event.repeat) props.onSend();
            }}
            onPaste={(event) => {
              const files = Array.from(event.clipboardData?.files ?? []);
              if (files.length === 0) return;
              event.preventDefault();
              props.onFiles(files);
            }}
          />
          <Show when={layout() !== 'tiny'}>
            <IconButton icon="emoji" label={t('chat.emoji')} run={() => void emoji()} />
            <Show
              when={full() || !canRecord()}
              fallback={<IconButton icon="mic" label={t('chat.voice')} run={() => void startRecording()} />}
            >
              <IconButton icon="send" class="send" label={t('send')} run={() => full() && props.onSend()} />
            </Show>
          </Show>
        </div>
      </Show>
    </div>
  );
}
