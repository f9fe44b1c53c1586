// A picture as it leaves: drawn upright and no larger than needed, so that nothing of its file but what is seen goes along.

import type { Drawn } from '../../engine/protocol';

/** Longer sides, in pixels: of what is sent, of the small one beside it, and of the one whose colours are blurred. */
const SENT = 1600;
const SMALL = 160;
const TINY = 32;
/** How well JPEG keeps what is sent, and what is beside it. */
const QUALITY = 0.8;
const SMALL_QUALITY = 0.6;
/** What the engine makes ready to be sent; all else goes as it is, or not at all. */
const KINDS = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

interface Canvas {
  canvas: HTMLCanvasElement;
  context: CanvasRenderingContext2D;
}

/** Null: it is no picture, or one that this browser cannot draw. */
export async function draw(file: Blob): Promise<Drawn | null> {
  if (!KINDS.includes(file.type)) return null;
  const address = URL.createObjectURL(file);
  try {
    const image = await loaded(address);
    const transparent = file.type !== 'image/jpeg' && isTransparent(scaled(image, SMALL, null));
    const sent = scaled(image, SENT, transparent ? null : 'white');
    const small = scaled(image, SMALL, 'white');
    const tiny = scaled(image, TINY, 'white');
    return {
      bytes: await written(sent, transparent ? 'image/png' : 'image/jpeg', QUALITY),
      transparent,
      width: sent.canvas.width,
      height: sent.canvas.height,
      preview: await written(small, 'image/jpeg', SMALL_QUALITY),
      previewWidth: small.canvas.width,
      previewHeight: small.canvas.height,
      colours: new Uint8Array(pixels(tiny).filter((_, at) => at % 4 < 3)),
      across: tiny.canvas.width,
      down: tiny.canvas.height,
    };
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(address);
  }
}

function loaded(address: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error('not a picture'));
    image.src = address;
  });
}

/** The picture with its longer side at most so long, on this colour or on none. */
function scaled(image: HTMLImageElement, longest: number, ground: string | null): Canvas {
  const { naturalWidth: width, naturalHeight: height } = image;
  const scale = Math.min(1, longest / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  if (ground !== null) {
    context.fillStyle = ground;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return { canvas, context };
}

/** Red, green, blue and how much it hides, of each pixel. */
function pixels({ canvas, context }: Canvas): Uint8ClampedArray {
  return context.getImageData(0, 0, canvas.width, canvas.height).data;
}

function isTransparent(canvas: Canvas): boolean {
  return pixels(canvas).some((value, at) => at % 4 === 3 && value < 255);
}

function written({ canvas }: Canvas, kind: string, quality: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => {
        if (blob === null) reject(new Error('not written'));
        else new Response(blob).arrayBuffer().then((bytes) => resolve(new Uint8Array(bytes)), reject);
      },
      kind,
      quality,
    );
  });
}
