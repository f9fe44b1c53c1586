// What Gecko 48 lacks and core-js does not bring.

import 'intl-pluralrules';
import ResizeObserver from 'resize-observer-polyfill';

if (!('ResizeObserver' in window)) Object.assign(window, { ResizeObserver });

if (!('arrayBuffer' in Blob.prototype)) {
  Object.assign(Blob.prototype, {
    arrayBuffer(this: Blob): Promise<ArrayBuffer> {
      return new Response(this).arrayBuffer();
    },
  });
}

if (!('decode' in HTMLImageElement.prototype)) {
  Object.assign(HTMLImageElement.prototype, {
    decode(this: HTMLImageElement): Promise<void> {
      if (this.complete && this.naturalWidth > 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        this.addEventListener('load', () => resolve());
        this.addEventListener('error', () => reject(new Error('not a picture')));
      });
    },
  });
}

if (!('requestSubmit' in HTMLFormElement.prototype)) {
  Object.assign(HTMLFormElement.prototype, {
    requestSubmit(this: HTMLFormElement): void {
      const asked = new Event('submit', { bubbles: true, cancelable: true });
      if (this.checkValidity() && this.dispatchEvent(asked)) this.submit();
    },
  });
}
