// A picture, as large as the screen lets it be.

import { createResource, Show, type JSX } from 'solid-js';
import { layout } from '../app/layout';
import { back } from '../app/router';
import { useSoftkeys } from '../app/softkeys';
import { t } from '../i18n';
import { Screen } from '../parts/screen';
import { content } from './conversation/content';
import { sayWrong } from './wrong';

export function PictureView(props: { scope: string; message: number; file: number; title: string }): JSX.Element {
  const [it] = createResource(
    () => ({ message: props.message, file: props.file }),
    ({ message, file }) =>
      content(message, file).catch((thrown: unknown) => {
        sayWrong(thrown);
        return null;
      }),
  );
  function save(): void {
    const found = it();
    if (!found) return;
    const link = document.createElement('a');
    link.href = found.address;
    link.download = found.name;
    link.click();
  }
  useSoftkeys(() => ({ left: { label: t('back'), run: back }, right: { label: t('save'), run: save } }));
  return (
    <Screen
      scope={props.scope}
      title={props.title}
      class="picture-screen"
      own
      actions={[{ icon: 'fetch', label: t('message.save'), run: save }]}
    >
      <div class="picture-frame read" data-focus="picture" tabindex="0" role="group" aria-label={props.title} onClick={() => layout() === 'tiny' && back()}>
        <Show when={it()}>{(found) => <img src={found().address} alt={props.title} />}</Show>
      </div>
    </Screen>
  );
}
