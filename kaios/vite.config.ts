// How the app is built: for Gecko 84, with nothing from elsewhere, and a strict Content-Security-Policy in what is built.
/// <reference types="vitest/config" />
import { defineConfig, type Plugin } from 'vite';
import solid from 'vite-plugin-solid';
import manifest from './package.json' with { type: 'json' };

const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  'media-src blob:',
  "connect-src 'self' https: wss:",
  "worker-src 'self'",
  "manifest-src 'self'",
].join('; ');

/** Puts the policy into the page. Vite's development server injects styles, so there it is left out. */
function policy(): Plugin {
  return {
    name: 'larimar-policy',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
    ],
  };
}

export default defineConfig(({ mode }) => ({
  base: './',
  define: { __VERSION__: JSON.stringify(manifest.version) },
  plugins: [solid(), policy()],
  build: {
    target: 'firefox84',
    cssTarget: 'firefox84',
    outDir: mode === 'fake' ? '../target/kaios/fake' : '../target/dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  test: { environment: 'node', include: ['tests/*.test.ts'], server: { deps: { inline: ['solid-js'] } } },
}));
