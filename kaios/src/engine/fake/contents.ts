// Contents for the files of the fake world: pictures that are drawn, sounds that are computed.

import type { FileContent } from '../engine';
import type { FileRow } from '../protocol';

/** A landscape in the colours of a number. */
function picture(seed: number, width: number, height: number): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext('2d');
  if (!pen) return Promise.reject(new Error('no canvas'));
  const hue = (seed * 47) % 360;
  const sky = pen.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, `hsl(${String(hue)}, 55%, 78%)`);
  sky.addColorStop(1, `hsl(${String((hue + 40) % 360)}, 65%, 90%)`);
  pen.fillStyle = sky;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = 'rgba(255, 246, 214, 0.9)';
  pen.beginPath();
  pen.arc(width * 0.72, height * 0.28, height * 0.09, 0, 7);
  pen.fill();
  for (let hill = 0; hill < 4; hill += 1) {
    pen.fillStyle = `hsl(${String(110 + hill * 12)}, ${String(28 + hill * 6)}%, ${String(58 - hill * 11)}%)`;
    pen.beginPath();
    pen.moveTo(0, height);
    for (let x = 0; x <= width; x += 8) {
      const wave = Math.sin(x / (90 + hill * 35) + seed + hill * 2) + 0.5 * Math.sin(x / (37 + hill * 9) + seed * 3);
      pen.lineTo(x, height * (0.52 + hill * 0.12) - wave * height * 0.05);
    }
    pen.lineTo(width, height);
    pen.fill();
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/jpeg', 0.85);
  });
}

/** A few seconds of a quiet tone, as WAV. */
function sound(ms: number): Blob {
  const rate = 8000;
  const samples = Math.round((rate * ms) / 1000);
  const data = new DataView(new ArrayBuffer(44 + samples * 2));
  const text = (at: number, letters: string): void => {
    for (let index = 0; index < letters.length; index += 1) data.setUint8(at + index, letters.charCodeAt(index));
  };
  text(0, 'RIFF');
  data.setUint32(4, 36 + samples * 2, true);
  text(8, 'WAVEfmt ');
  data.setUint32(16, 16, true);
  data.setUint16(20, 1, true);
  data.setUint16(22, 1, true);
  data.setUint32(24, rate, true);
  data.setUint32(28, rate * 2, true);
  data.setUint16(32, 2, true);
  data.setUint16(34, 16, true);
  text(36, 'data');
  data.setUint32(40, samples * 2, true);
  for (let index = 0; index < samples; index += 1) {
    const pitch = 220 + 60 * Math.sin(index / 2500);
    data.setInt16(44 + index * 2, Math.sin((index * pitch * 2 * Math.PI) / rate) * 4000, true);
  }
  return new Blob([data.buffer], { type: 'audio/wav' });
}

export async function contentOf(file: FileRow): Promise<FileContent> {
  const mediaType = file.mediaType ?? 'application/octet-stream';
  const { name } = file;
  if (mediaType.startsWith('image/')) {
    return { blob: await picture(file.id, file.width ?? 800, file.height ?? 600), name, mediaType: 'image/jpeg' };
  }
  if (mediaType.startsWith('audio/')) return { blob: sound(file.durationMs ?? 3000), name, mediaType: 'audio/wav' };
  return { blob: new Blob([`${name}\n`], { type: mediaType }), name, mediaType };
}

/** A small picture of a person: a face of two colours. */
export async function face(seed: number): Promise<Uint8Array> {
  const blob = await picture(seed, 128, 128);
  return new Uint8Array(await blob.arrayBuffer());
}
