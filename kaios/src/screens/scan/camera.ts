// The camera, for as long as a screen looks through it.

/** Why there is no picture from a camera. */
export type NoCamera = 'none' | 'denied' | 'busy';

/** As far as can be known without asking for leave. */
export const hasCamera = (): boolean => 'mediaDevices' in navigator && 'getUserMedia' in navigator.mediaDevices;

/** The camera that looks away from whoever holds the phone, if there are two. No more dots than a code needs. */
export function openCamera(): Promise<MediaStream> {
  const video = { facingMode: 'environment', width: { ideal: 640 }, height: { ideal: 480 } };
  return navigator.mediaDevices.getUserMedia({ audio: false, video });
}

export function closeCamera(stream: MediaStream): void {
  stream.getTracks().forEach((track) => track.stop());
}

/** What a browser means that gives no camera. Gecko 48 has names of its own. */
export function whyNot(thrown: unknown): NoCamera {
  switch (thrown instanceof Object && 'name' in thrown ? thrown.name : '') {
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotAllowedError':
    case 'SecurityError':
    case 'PermissionDeniedError':
      return 'denied';
    default:
      return 'busy';
  }
}
