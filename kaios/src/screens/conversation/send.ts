// Sends what was written: a text, a correction, files with a caption, or a voice message.

import { engine } from '../../app/world';
import { attempt } from '../chat-menu';
import type { Draft } from './draft';
import { draw } from './drawn';
import { finishRecording, recorded } from './voice-recorder';

async function sendFiles(account: string, to: string, draft: Draft): Promise<boolean> {
  const caption = draft.text().trim() || null;
  const asItIs = draft.asItIs();
  let sent = true;
  for (const [at, file] of draft.files().entries()) {
    // What is said of several files stands under the first one.
    const words = at === 0 ? caption : null;
    const picture = asItIs ? null : await draw(file);
    const what = { account, to, blob: file, name: file.name, caption: words, asItIs, picture };
    sent = (await attempt(engine().call('sendFile', what))) && sent;
  }
  return sent;
}

/** Sends it. True: it was taken, and what was written is cleared. */
export async function send(account: string, to: string, draft: Draft): Promise<boolean> {
  if (recorded() !== null) {
    const file = await finishRecording();
    if (!file) return false;
    const what = { account, to, blob: file, name: file.name, caption: null, asItIs: true, picture: null };
    return attempt(engine().call('sendFile', what));
  }
  const text = draft.text().trim();
  const about = draft.about();
  if (draft.files().length > 0 && !about?.edit) {
    const sent = await sendFiles(account, to, draft);
    if (sent) draft.clear();
    return sent;
  }
  if (text === '') return false;
  const sent = about?.edit
    ? engine().call('correct', { message: about.row.id, text })
    : engine().call('send', { account, to, text, replyTo: about?.row.id ?? null });
  // Who leaves the chat now leaves no draft of it, and who presses the key twice sends it once.
  draft.clear();
  if (await attempt(sent)) return true;
  if (about) (about.edit ? draft.edit : draft.reply)(about.row);
  draft.setText(text);
  return false;
}
