// Plays voice messages, one at a time.

import { createSignal } from 'solid-js';
import type { FileRow, MessageRow } from '../../engine/protocol';
import { content } from './content';
import { sayWrong } from '../wrong';

export interface Playing {
  file: number;
  paused: boolean;
  /** In milliseconds. */
  at: number;
}

const [playing, setPlaying] = createSignal<Playing | null>(null);
let audio: HTMLAudioElement | null = null;

export { playing };

export function stopVoice(): void {
  audio?.pause();
  audio = null;
  setPlaying(null);
}

async function start(row: MessageRow, file: FileRow): Promise<void> {
  stopVoice();
  setPlaying({ file: file.id, paused: false, at: 0 });
  try {
    const it = await content(row.id, file.id);
    if (playing()?.file !== file.id) return;
    const sound = new Audio(it.address);
    audio = sound;
    const report = (): void => {
      if (audio === sound) setPlaying({ file: file.id, paused: sound.paused, at: sound.currentTime * 1000 });
    };
    sound.ontimeupdate = report;
    sound.onplay = report;
    sound.onpause = report;
    sound.onended = stopVoice;
    await sound.play();
  } catch (thrown) {
    stopVoice();
    sayWrong(thrown instanceof DOMException ? { kind: 'fileUnreadable' } : thrown);
  }
}

/** Plays a voice message, or pauses it and goes on. */
export async function toggleVoice(row: MessageRow, file: FileRow): Promise<void> {
  if (audio && playing()?.file === file.id) {
    if (audio.paused) await audio.play();
    else audio.pause();
  } else {
    await start(row, file);
  }
}
