// Records a voice message.

import { createSignal } from 'solid-js';
import { t } from '../../i18n';
import { toast } from '../../parts/overlays';

/** Kinds that are asked for, the best first; other phones play the first ones. */
const KINDS = ['audio/ogg;codecs=opus', 'audio/mp4', 'audio/webm;codecs=opus'];

/** What the files of these are called. */
const ENDINGS: Record<string, string> = { 'audio/ogg': 'ogg', 'audio/mp4': 'm4a', 'audio/webm': 'weba' };

interface Recording {
  recorder: MediaRecorder;
  parts: Blob[];
  timer: ReturnType<typeof setInterval>;
}

/** One recording at a time: how long it is, in milliseconds; null while there is none. */
const [recorded, setRecorded] = createSignal<number | null>(null);
let current: Recording | null = null;

export { recorded };

export const canRecord = (): boolean => 'mediaDevices' in navigator && 'MediaRecorder' in window;

export async function startRecording(): Promise<void> {
  if (current) return;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 24_000 });
    const parts: Blob[] = [];
    const since = Date.now();
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.start(1000);
    setRecorded(0);
    current = { recorder, parts, timer: setInterval(() => setRecorded(Date.now() - since), 250) };
  } catch {
    toast(t('voice.denied'));
  }
}

function end(recording: Recording): void {
  clearInterval(recording.timer);
  recording.recorder.stream.getTracks().forEach((track) => track.stop());
  current = null;
  setRecorded(null);
}

/** Throws the recording away. True: there was one. */
export function dropRecording(): boolean {
  if (!current) return false;
  current.recorder.onstop = null;
  current.recorder.stop();
  end(current);
  return true;
}

/** Ends the recording, and gives it back as a file. */
export function finishRecording(): Promise<File | null> {
  const recording = current;
  if (!recording) return Promise.resolve(null);
  return new Promise((resolve) => {
    recording.recorder.onstop = () => {
      const type = recording.recorder.mimeType.split(';')[0] ?? 'audio/ogg';
      const ending = ENDINGS[type] ?? 'ogg';
      const stamp = new Date().toISOString().slice(0, 16).replace(/[T:]/g, '-');
      resolve(new File(recording.parts, `voice-${stamp}.${ending}`, { type }));
    };
    recording.recorder.stop();
    end(recording);
  });
}
