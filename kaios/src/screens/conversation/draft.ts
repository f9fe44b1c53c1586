// What is being written in one conversation, until it is sent.

import { createSignal, type Accessor, type Setter } from 'solid-js';
import type { MessageRow } from '../../engine/protocol';

/** The message that is answered or corrected. */
export interface About {
  row: MessageRow;
  edit: boolean;
}

/** What was taken out to be sent. */
export interface Written {
  text: string;
  about: About | null;
  files: File[];
  asItIs: boolean;
}

export interface Draft {
  text: Accessor<string>;
  setText: Setter<string>;
  files: Accessor<File[]>;
  setFiles: (files: File[]) => void;
  /** Files that were taken out, and that the engine does not have yet. */
  leaving: Accessor<File[]>;
  left: (file: File) => void;
  asItIs: Accessor<boolean>;
  setAsItIs: Setter<boolean>;
  about: Accessor<About | null>;
  reply: (row: MessageRow) => void;
  edit: (row: MessageRow) => void;
  /** Ends an answer, a correction, or a choice of files. True: there was one. */
  forget: () => boolean;
  /** Takes all of it out to be sent, and begins anew: who presses the key twice sends it once, and who leaves the chat leaves no draft of it. */
  take: () => Written;
  /** It could not be sent: it is there again, before what was written since. */
  giveBack: (written: Written) => void;
}

/** Both, one under the other. */
const lines = (...texts: string[]): string => texts.filter((text) => text !== '').join('\n');

export function createDraft(initial: string): Draft {
  const [text, setText] = createSignal(initial);
  const [files, setFiles] = createSignal<File[]>([]);
  const [asItIs, setAsItIs] = createSignal(false);
  const [about, setAbout] = createSignal<About | null>(null);
  /** What was being written before a correction began. */
  let kept = '';
  const [leaving, setLeaving] = createSignal<File[]>([]);
  const reply = (row: MessageRow): void => void setAbout({ row, edit: false });
  const edit = (row: MessageRow): void => {
    if (!about()?.edit) kept = text();
    setAbout({ row, edit: true });
    setText(row.text);
  };
  return {
    text,
    setText,
    files,
    setFiles: (chosen) => setFiles(chosen),
    leaving,
    left: (file) => setLeaving((all) => all.filter((it) => it !== file)),
    asItIs,
    setAsItIs,
    about,
    reply,
    edit,
    forget: () => {
      if (!about() && files().length === 0) return false;
      if (about()?.edit) setText(kept);
      setAbout(null);
      setFiles([]);
      return true;
    },
    take: () => {
      // What is corrected takes no files along: they wait for the next message.
      const isEdit = about()?.edit === true;
      const written = { text: text(), about: about(), files: isEdit ? [] : files(), asItIs: asItIs() };
      setText(isEdit ? kept : '');
      kept = '';
      setAbout(null);
      if (isEdit) return written;
      setLeaving((all) => [...all, ...written.files]);
      setFiles([]);
      setAsItIs(false);
      return written;
    },
    giveBack: (written) => {
      const since = text();
      setFiles([...written.files, ...files()]);
      if (written.asItIs) setAsItIs(true);
      if (written.about && !about()) {
        (written.about.edit ? edit : reply)(written.about.row);
        setText(written.about.edit ? written.text : lines(written.text, since));
      } else if (about()?.edit) {
        kept = lines(written.text, kept);
      } else {
        setText(lines(written.text, since));
      }
    },
  };
}
