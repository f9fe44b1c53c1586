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
  clock: ReturnType<typeof setInterval>;
  /** It has ended, by us or by itself, and its last part is there. */
  ended: Promise<void>;
}

/** One recording at a time: how long it is, in milliseconds; null while there is none. */
const [recorded, setRecorded] = createSignal<number | null>(null);
let current: Recording | null = null;
/** The microphone is being asked for; whoever has left meanwhile wants it no more. */
let wanted: object | null = null;

export { recorded };

export const canRecord = (): boolean => 'mediaDevices' in navigator && 'MediaRecorder' in window;

const release = (stream: MediaStream): void => stream.getTracks().forEach((track) => track.stop());

export async function startRecording(): Promise<void> {
  if (current || wanted) return;
  const mine = {};
  wanted = mine;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    if (wanted === mine) current = begin(stream);
    else release(stream);
  } catch {
    if (wanted === mine) toast(t('voice.denied'));
  } finally {
    if (wanted === mine) wanted = null;
  }
}

function begin(stream: MediaStream): Recording {
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 24_000 });
  const parts: Blob[] = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  const since = Date.now();
  const clock = setInterval(() => setRecorded(Date.now() - since), 250);
  // Also by itself, when the microphone is taken away: the clock stands, and what was said until then can be sent.
  const ended = new Promise<void>((resolve) => {
    recorder.onstop = () => {
      clearInterval(clock);
      resolve();
    };
  });
  recorder.start(1000);
  setRecorded(0);
  return { recorder, parts, clock, ended };
}

/** Ends the recording, and takes it out. */
function take(): Recording | null {
  const recording = current;
  if (!recording) return null;
  clearInterval(recording.clock);
  if (recording.recorder.state !== 'inactive') recording.recorder.stop();
  release(recording.recorder.stream);
  current = null;
  setRecorded(null);
  return recording;
}

/** Throws the recording away. True: there was one. */
export function dropRecording(): boolean {
  wanted = null;
  return take() !== null;
}

/** Ends the recording, and gives it back as a file. */
export async function finishRecording(): Promise<File | null> {
  const recording = take();
  if (!recording) return null;
  await recording.ended;
  const type = recording.recorder.mimeType.split(';')[0] ?? 'audio/ogg';
  const ending = ENDINGS[type] ?? 'ogg';
  const stamp = new Date().toISOString().slice(0, 16).replace(/[T:]/g, '-');
  return new File(recording.parts, `voice-${stamp}.${ending}`, { type });
}
