// Draws a blurhash: the few numbers that stand for a picture until it is here (the algorithm of blurha.sh).

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~';

function number(text: string): number {
  let value = 0;
  for (const letter of text) value = value * 83 + DIGITS.indexOf(letter);
  return value;
}

const linear = (value: number): number => {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};

const display = (value: number): number => {
  const part = Math.max(0, Math.min(1, value));
  return Math.round(255 * (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055));
};

const power = (value: number): number => Math.sign(value) * value * value;

type Colour = [number, number, number];

/** The colours of a small picture, four bytes each; null if the hash is not whole. */
export function pixels(hash: string, width: number, height: number): Uint8ClampedArray<ArrayBuffer> | null {
  const size = number(hash.slice(0, 1));
  const across = (size % 9) + 1;
  const down = Math.floor(size / 9) + 1;
  if (hash.length !== 4 + 2 * across * down || Array.from(hash).some((letter) => !DIGITS.includes(letter))) return null;
  const most = (number(hash.slice(1, 2)) + 1) / 166;
  const colours: Colour[] = [];
  for (let index = 0; index < across * down; index += 1) {
    if (index === 0) {
      const value = number(hash.slice(2, 6));
      colours.push([linear(value >> 16), linear((value >> 8) & 255), linear(value & 255)]);
    } else {
      const value = number(hash.slice(4 + index * 2, 6 + index * 2));
      const part = (digit: number): number => power((digit - 9) / 9) * most;
      colours.push([part(Math.floor(value / 361)), part(Math.floor(value / 19) % 19), part(value % 19)]);
    }
  }
  const result = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const sum: Colour = [0, 0, 0];
      colours.forEach((colour, index) => {
        const basis =
          Math.cos((Math.PI * x * (index % across)) / width) *
          Math.cos((Math.PI * y * Math.floor(index / across)) / height);
        for (const channel of [0, 1, 2] as const) sum[channel] += colour[channel] * basis;
      });
      result.set([display(sum[0]), display(sum[1]), display(sum[2]), 255], (y * width + x) * 4);
    }
  }
  return result;
}

/** An address of the picture of a hash, for something of this shape. */
export function blurred(hash: string, width: number, height: number): string | null {
  const across = 24;
  const down = Math.max(8, Math.min(48, Math.round((across * height) / width)));
  const data = pixels(hash, across, down);
  if (!data) return null;
  const canvas = document.createElement('canvas');
  canvas.width = across;
  canvas.height = down;
  canvas.getContext('2d')?.putImageData(new ImageData(data, across, down), 0, 0);
  return canvas.toDataURL();
}
