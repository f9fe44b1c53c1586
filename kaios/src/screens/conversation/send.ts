// Sends what was written: a text, a correction, files with a caption, or a voice message.

import { engine } from '../../app/world';
import { attempt } from '../chat-menu';
import type { Draft } from './draft';
import { draw } from './drawn';
import { finishRecording, recorded } from './voice-recorder';

async function sendFiles(account: string, to: string, draft: Draft): Promise<boolean> {
  const written = draft.take();
  const [first] = written.files;
  const refused: File[] = [];
  for (const file of written.files) {
    // What is said of several files stands under the first one.
    const caption = (file === first && written.text.trim()) || null;
    const picture = written.asItIs ? null : await draw(file);
    const what = { account, to, blob: file, name: file.name, caption, asItIs: written.asItIs, picture };
    if (!(await attempt(engine().call('sendFile', what)))) refused.push(file);
    draft.left(file);
  }
  if (refused.length === 0) return true;
  // Those that were taken go once, and so do the words that went with the first.
  draft.giveBack({ ...written, files: refused, text: refused[0] === first ? written.text : '' });
  return false;
}

async function sendVoice(account: string, to: string, draft: Draft): Promise<boolean> {
  const file = await finishRecording();
  if (!file) return false;
  const what = { account, to, blob: file, name: file.name, caption: null, asItIs: true, picture: null };
  if (await attempt(engine().call('sendFile', what))) return true;
  draft.giveBack({ text: '', about: null, files: [file], asItIs: false });
  return false;
}

/** Sends it. True: it was taken; what was not is in the draft again. */
export async function send(account: string, to: string, draft: Draft): Promise<boolean> {
  if (recorded() !== null) return sendVoice(account, to, draft);
  if (draft.files().length > 0 && !draft.about()?.edit) return sendFiles(account, to, draft);
  if (draft.text().trim() === '') return false;
  const written = draft.take();
  const { about } = written;
  const text = written.text.trim();
  const sent = about?.edit
    ? engine().call('correct', { message: about.row.id, text })
    : engine().call('send', { account, to, text, replyTo: about?.row.id ?? null });
  if (await attempt(sent)) return true;
  draft.giveBack(written);
  return false;
}
