// What is written is sent once, and what could not be sent is there again; so is a voice message.

import { beforeEach, describe, expect, test, vi } from 'vitest';
import { useEngine } from '../src/app/world';
import type { Engine } from '../src/engine/engine';
import type { MessageRow } from '../src/engine/protocol';
import { createDraft, type Draft } from '../src/screens/conversation/draft';
import { send } from '../src/screens/conversation/send';
import { dropRecording, recorded, startRecording } from '../src/screens/conversation/voice-recorder';

interface Asked {
  cmd: string;
  what: { text?: string; name?: string; caption?: string | null };
  answer: (isTaken: boolean) => void;
}

let asked: Asked[];
beforeEach(() => {
  asked = [];
  const call = (cmd: string, what: Asked['what']): Promise<void> =>
    new Promise((resolve, reject) => {
      asked.push({ cmd, what, answer: (isTaken) => (isTaken ? resolve() : reject(new Error('no room'))) });
    });
  useEngine({ call } as unknown as Engine);
});

/** As long as the engine needs to be asked, and to be heard. */
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

const sends = (draft: Draft): Promise<boolean> => send('amina@one.test', 'kamau@one.test', draft);

async function answers(isTaken: boolean): Promise<Asked | undefined> {
  await soon();
  const next = asked.shift();
  next?.answer(isTaken);
  await soon();
  return next;
}

const file = (name: string): File => new File(['what is in it'], name);
const names = (files: File[]): string[] => files.map(({ name }) => name);
const row = { id: 7, text: 'an anwser' } as MessageRow;

describe('what is written', () => {
  test('a text is sent once, however often the key is pressed', async () => {
    const draft = createDraft('hello');
    const both = Promise.all([sends(draft), sends(draft)]);
    expect((await answers(true))?.what.text).toBe('hello');
    expect(await both).toEqual([true, false]);
    expect(asked).toEqual([]);
  });

  test('files are sent once, and what is written meanwhile stays', async () => {
    const draft = createDraft('two of them');
    draft.setFiles([file('a.txt'), file('b.txt')]);
    const both = Promise.all([sends(draft), sends(draft)]);
    expect([names(draft.files()), names(draft.leaving())]).toEqual([[], ['a.txt', 'b.txt']]);
    draft.setText('and then');
    expect((await answers(true))?.what).toMatchObject({ name: 'a.txt', caption: 'two of them' });
    expect(names(draft.leaving())).toEqual(['b.txt']);
    expect((await answers(true))?.what).toMatchObject({ name: 'b.txt', caption: null });
    expect(await both).toEqual([true, false]);
    expect([draft.text(), draft.leaving(), draft.files(), asked]).toEqual(['and then', [], [], []]);
  });

  test('only what was refused is there again, before what was written since', async () => {
    const draft = createDraft('three of them');
    draft.setFiles([file('a.txt'), file('b.txt'), file('c.txt')]);
    const sent = sends(draft);
    draft.setText('and then');
    draft.setFiles([file('d.txt')]);
    await answers(true);
    await answers(false);
    await answers(true);
    expect(await sent).toBe(false);
    expect([draft.text(), names(draft.files()), draft.leaving()]).toEqual(['and then', ['b.txt', 'd.txt'], []]);
  });

  test('the words that go with files are there again with the first of them', async () => {
    const draft = createDraft('a stone');
    draft.setFiles([file('a.txt')]);
    draft.setAsItIs(true);
    const sent = sends(draft);
    draft.setText('and then');
    await answers(false);
    expect(await sent).toBe(false);
    expect([draft.text(), names(draft.files()), draft.asItIs()]).toEqual(['a stone\nand then', ['a.txt'], true]);
  });

  test('a correction that was refused is one again, and files wait for the next message', async () => {
    const draft = createDraft('something else');
    draft.setFiles([file('a.txt')]);
    draft.edit(row);
    draft.setText('an answer');
    const sent = sends(draft);
    expect([draft.text(), names(draft.files())]).toEqual(['something else', ['a.txt']]);
    draft.setText('something new');
    expect((await answers(false))?.cmd).toBe('correct');
    expect(await sent).toBe(false);
    expect([draft.text(), draft.about()?.edit]).toEqual(['an answer', true]);
    draft.forget();
    expect(draft.text()).toBe('something new');
  });

  test('a text that was refused while another one is corrected waits until that is done', async () => {
    const draft = createDraft('hello');
    const sent = sends(draft);
    draft.edit(row);
    await answers(false);
    expect(await sent).toBe(false);
    expect(draft.text()).toBe('an anwser');
    draft.forget();
    expect(draft.text()).toBe('hello');
  });
});

/** A microphone, and what records it. */
class Recorder {
  static readonly isTypeSupported = (kind: string): boolean => kind.startsWith('audio/ogg');
  readonly mimeType = 'audio/ogg;codecs=opus';
  state = 'inactive';
  ondataavailable: (event: { data: Blob }) => void = () => undefined;
  onstop: () => void = () => undefined;

  constructor(readonly stream: MediaStream) {
    recorders.push(this);
  }

  start(): void {
    this.state = 'recording';
  }

  stop(): void {
    if (this.state === 'inactive') throw new DOMException('', 'InvalidStateError');
    this.state = 'inactive';
    setTimeout(() => {
      this.ondataavailable({ data: new Blob(['what was said']) });
      this.onstop();
    });
  }
}

const recorders: Recorder[] = [];

describe('a voice message', () => {
  let microphones: { isOn: boolean; give: () => void }[];
  beforeEach(() => {
    microphones = [];
    recorders.length = 0;
    const getUserMedia = (): Promise<unknown> =>
      new Promise((resolve) => {
        const microphone = { isOn: true, give: () => resolve({ getTracks: () => [{ stop: () => (microphone.isOn = false) }] }) };
        microphones.push(microphone);
      });
    vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
    vi.stubGlobal('MediaRecorder', Recorder);
  });

  async function starts(): Promise<void> {
    const started = startRecording();
    microphones[0]?.give();
    await started;
  }

  test('is sent', async () => {
    await starts();
    expect(recorded()).toBe(0);
    const sent = sends(createDraft(''));
    expect((await answers(true))?.what.name).toMatch(/^voice-.*\.ogg$/);
    expect(await sent).toBe(true);
    expect([recorded(), microphones[0]?.isOn]).toEqual([null, false]);
  });

  test('whose microphone was taken away is sent as well', async () => {
    await starts();
    recorders[0]?.stop();
    await soon();
    expect(recorded()).toBe(0);
    const sent = sends(createDraft(''));
    expect((await answers(true))?.cmd).toBe('sendFile');
    expect(await sent).toBe(true);
  });

  test('that was refused is among the files of what is being written', async () => {
    await starts();
    const draft = createDraft('meanwhile');
    const sent = sends(draft);
    await answers(false);
    expect(await sent).toBe(false);
    expect([draft.text(), draft.files().length]).toEqual(['meanwhile', 1]);
  });

  test('does not begin once the conversation was left, and begins once', async () => {
    const started = Promise.all([startRecording(), startRecording()]);
    dropRecording();
    microphones.forEach(({ give }) => give());
    await started;
    expect([recorded(), recorders.length, microphones.map(({ isOn }) => isOn)]).toEqual([null, 0, [false]]);
  });
});
