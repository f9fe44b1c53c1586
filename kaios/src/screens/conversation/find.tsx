// Searching inside a conversation: words, and the way from one place to the next.

import { createSignal, onCleanup, type JSX } from 'solid-js';
import { engine } from '../../app/world';
import { t } from '../../i18n';
import { IconButton } from '../../parts/screen';

/** How many messages are looked through at most. */
const MOST = 500;

export interface FindProps {
  account: string;
  chat: string;
  onShow: (id: number) => void;
  onEnd: () => void;
}

export function Find(props: FindProps): JSX.Element {
  const [words, setWords] = createSignal('');
  const [found, setFound] = createSignal<number[] | null>(null);
  const [at, setAt] = createSignal(0);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));

  async function search(): Promise<void> {
    const query = words().trim();
    if (query === '') {
      setFound(null);
      return;
    }
    const rows = await engine().call('search', { query, limit: MOST }).catch(() => []);
    if (query !== words().trim()) return;
    const here = rows.filter((row) => row.account === props.account && row.chat === props.chat).map((row) => row.id);
    setFound(here);
    setAt(0);
  }

  function step(by: number): void {
    const ids = found();
    if (!ids || ids.length === 0) return;
    const next = (at() + by + ids.length) % ids.length;
    setAt(next);
    const id = ids[next];
    if (id !== undefined) props.onShow(id);
  }

  const state = (): string => {
    const ids = found();
    if (!ids) return '';
    return ids.length === 0 ? t('chat.notFound') : t('chat.found', { n: at() + 1, total: ids.length });
  };

  return (
    <form
      class="find"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        step(0);
      }}
    >
      <input
        type="text"
        inputmode="search"
        autocomplete="off"
        autocapitalize="none"
        data-focus="find"
        data-autofocus
        ref={(element) => setTimeout(() => element.focus())}
        aria-label={t('chat.find')}
        placeholder={t('chat.find')}
        value={words()}
        onInput={(event) => {
          setWords(event.currentTarget.value);
          clearTimeout(timer);
          timer = setTimeout(() => void search(), 250);
        }}
      />
      <span class="find-state" role="status">
        {state()}
      </span>
      <IconButton icon="up" key="find up" label={t('chat.find.older')} run={() => step(1)} />
      <IconButton icon="down" key="find down" label={t('chat.find.newer')} run={() => step(-1)} />
      <IconButton icon="close" key="find end" label={t('close')} run={() => props.onEnd()} />
    </form>
  );
}
