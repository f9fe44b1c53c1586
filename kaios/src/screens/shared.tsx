// The pictures and files of a conversation, newest first.

import { createResource, createSignal, For, onCleanup, Show, type JSX } from 'solid-js';
import { openChat } from '../app/router';
import { useSoftkeys } from '../app/softkeys';
import { engine } from '../app/world';
import type { FileRow, MessageRow } from '../engine/protocol';
import { t } from '../i18n';
import { bytes, day } from '../i18n/format';
import { Icon, type IconName } from '../parts/icon';
import { openMenu } from '../parts/overlays';
import { Cut, Row } from '../parts/row';
import { Empty, Screen } from '../parts/screen';
import { content } from './conversation/content';
import { isPicture, isSound, openFile } from './conversation/message-menu';
import { saveFile } from './conversation/save';

/** How far back is looked for files, in messages. */
const FAR = 1000;

function Thumbnail(props: { row: MessageRow; file: FileRow }): JSX.Element {
  const [source] = createResource(
    () => isPicture(props.file) && props.file.state === 'here',
    () => content(props.row.id, props.file.id).catch(() => null),
  );
  const sign = (): IconName => (isPicture(props.file) ? 'picture' : isSound(props.file) ? 'mic' : 'file');
  return (
    <span class="thumbnail">
      <Show when={source()} fallback={<Icon name={sign()} />}>
        {(it) => <img src={it().address} alt="" />}
      </Show>
    </span>
  );
}

export function Shared(props: { scope: string; account: string; jid: string }): JSX.Element {
  const { account, jid } = props;
  const [rows, setRows] = createSignal<MessageRow[] | null>(null);
  const watched = engine().timeline(account, jid, FAR, (snapshot) =>
    setRows(snapshot.rows.filter((row) => row.files.length > 0 && !row.retracted).reverse()),
  );
  onCleanup(watched.stop);
  useSoftkeys(() => ({ centre: { label: t('open') } }));
  const menu = (row: MessageRow, file: FileRow): void =>
    openMenu(file.name, [
      { label: t('message.save'), icon: 'fetch', run: () => void saveFile(row, file) },
      { label: t('message.original.show'), icon: 'chat', run: () => openChat(account, jid, row.id) },
    ]);
  return (
    <Screen scope={props.scope} title={t('contact.files')}>
      <For
        each={rows() ?? []}
        fallback={
          <Show when={rows()}>
            <Empty icon="picture" title={t('contact.files.empty')} hint={t('contact.files.empty.hint')} />
          </Show>
        }
      >
        {(row) => (
          <For each={row.files}>
            {(file) => (
              <Row
                key={`file ${String(file.id)}`}
                start={<Thumbnail row={row} file={file} />}
                title={<Cut strong>{isSound(file) ? t('chats.voice') : (file.description ?? file.name)}</Cut>}
                detail={[day(row.timeMs), file.size === null ? '' : bytes(file.size)].filter(Boolean).join(' · ')}
                onOpen={() => openFile(row, file)}
                onOptions={() => menu(row, file)}
              />
            )}
          </For>
        )}
      </For>
    </Screen>
  );
}
