// Sends what was written: a text, a correction, files with a caption, or a voice message.

import { engine } from '../../app/world';
import { attempt } from '../chat-menu';
import type { Draft, Written } from './draft';
import { draw } from './drawn';
import { finishRecording, recorded } from './voice-recorder';

/** True: all of them were taken; those that were not are in the draft again. */
async function sendFiles(account: string, to: string, draft: Draft, written: Written): Promise<boolean> {
  const { text, files, asItIs } = written;
  const [first] = files;
  const refused: File[] = [];
  for (const file of files) {
    // What is said of several files stands under the first one.
    const caption = (file === first && text.trim()) || null;
    const picture = asItIs ? null : await draw(file);
    const what = { account, to, blob: file, name: file.name, caption, asItIs, picture };
    if (!(await attempt(engine().call('sendFile', what)))) refused.push(file);
    draft.left(file);
  }
  if (refused.length === 0) return true;
  draft.giveBack({ ...written, files: refused, text: refused[0] === first ? text : '' });
  return false;
}

/** Sends it. True: it was taken; what was not is in the draft again. */
export async function send(account: string, to: string, draft: Draft): Promise<boolean> {
  if (recorded() !== null) {
    const file = await finishRecording();
    return file !== null && sendFiles(account, to, draft, { text: '', about: null, files: [file], asItIs: false });
  }
  const hasFiles = draft.files().length > 0 && !draft.about()?.edit;
  if (!hasFiles && draft.text().trim() === '') return false;
  const written = draft.take();
  if (hasFiles) return sendFiles(account, to, draft, written);
  const { about } = written;
  const text = written.text.trim();
  const sent = about?.edit
    ? engine().call('correct', { message: about.row.id, text })
    : engine().call('send', { account, to, text, replyTo: about?.row.id ?? null });
  if (await attempt(sent)) return true;
  draft.giveBack(written);
  return false;
}
