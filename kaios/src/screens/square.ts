// Makes a picture of a person small and square, and silent about where it was taken.

/** Its side in pixels. */
const SIDE = 256;

/** The picture as bytes; null if it cannot be read. */
export async function square(file: Blob): Promise<{ type: string; bytes: Uint8Array<ArrayBuffer> } | null> {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const side = Math.min(image.naturalWidth, image.naturalHeight);
    const canvas = document.createElement('canvas');
    canvas.width = SIDE;
    canvas.height = SIDE;
    const left = (image.naturalWidth - side) / 2;
    const top = (image.naturalHeight - side) / 2;
    canvas.getContext('2d')?.drawImage(image, left, top, side, side, 0, 0, SIDE, SIDE);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.85));
    return blob && { type: 'image/jpeg', bytes: new Uint8Array(await blob.arrayBuffer()) };
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(address);
  }
}
