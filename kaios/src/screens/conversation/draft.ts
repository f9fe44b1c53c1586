// What is being written in one conversation, until it is sent.

import { createSignal, type Accessor, type Setter } from 'solid-js';
import type { MessageRow } from '../../engine/protocol';

/** The message that is answered or corrected. */
export interface About {
  row: MessageRow;
  edit: boolean;
}

export interface Draft {
  text: Accessor<string>;
  setText: Setter<string>;
  files: Accessor<File[]>;
  setFiles: (files: File[]) => void;
  asItIs: Accessor<boolean>;
  setAsItIs: Setter<boolean>;
  about: Accessor<About | null>;
  reply: (row: MessageRow) => void;
  edit: (row: MessageRow) => void;
  /** Ends an answer, a correction, or a choice of files. True: there was one. */
  forget: () => boolean;
  /** Begins anew after sending. */
  clear: () => void;
}

export function createDraft(initial: string): Draft {
  const [text, setText] = createSignal(initial);
  const [files, setFiles] = createSignal<File[]>([]);
  const [asItIs, setAsItIs] = createSignal(false);
  const [about, setAbout] = createSignal<About | null>(null);
  /** What was being written before a correction began. */
  let kept = '';
  const clear = (): void => {
    setText(about()?.edit ? kept : '');
    setFiles([]);
    setAsItIs(false);
    setAbout(null);
    kept = '';
  };
  return {
    text,
    setText,
    files,
    setFiles: (chosen) => setFiles(chosen),
    asItIs,
    setAsItIs,
    about,
    reply: (row) => setAbout({ row, edit: false }),
    edit: (row) => {
      if (!about()?.edit) kept = text();
      setAbout({ row, edit: true });
      setText(row.text);
    },
    forget: () => {
      if (!about() && files().length === 0) return false;
      if (about()?.edit) setText(kept);
      setAbout(null);
      setFiles([]);
      return true;
    },
    clear,
  };
}
