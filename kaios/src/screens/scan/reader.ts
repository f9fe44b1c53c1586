// Reads codes in what a camera sees. What knows how is loaded only by whoever scans.

/** The longer side of what is looked at, in pixels: enough for a code, and little work for a slow phone. */
const LONGEST = 640;

/** What a code says in what is seen just now; null: there is none. */
export type Read = (video: HTMLVideoElement) => string | null;

export async function reader(): Promise<Read> {
  const { decodeQR } = await import('qr/decode.js');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return (video) => {
    const { videoWidth, videoHeight } = video;
    if (!context || videoWidth === 0) return null;
    const scale = Math.min(1, LONGEST / Math.max(videoWidth, videoHeight));
    const width = Math.round(videoWidth * scale);
    const height = Math.round(videoHeight * scale);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.drawImage(video, 0, 0, width, height);
    try {
      return decodeQR(context.getImageData(0, 0, width, height));
    } catch {
      // It throws where there is no code, and where one is not whole.
      return null;
    }
  };
}
