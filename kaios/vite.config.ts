// How the app is built: for Gecko 84, with nothing from elsewhere, and a strict Content-Security-Policy in what is built.
/// <reference types="vitest/config" />
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';
import solid from 'vite-plugin-solid';
import manifest from './package.json' with { type: 'json' };

const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  'media-src blob:',
  // Without TLS to this machine alone: there a server can be tried out.
  "connect-src 'self' https: wss: ws://localhost:* ws://127.0.0.1:* http://localhost:* http://127.0.0.1:*",
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

/** Names of all files below a folder. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length + 1));
}

/** Writes the service worker, which knows the names of all files that were built. */
function offline(): Plugin {
  return {
    name: 'larimar-offline',
    apply: 'build',
    generateBundle(_options, bundle) {
      const given = filesOf('public');
      const files = ['./', ...Object.keys(bundle).filter((name) => name !== 'index.html'), ...given];
      const hash = createHash('sha256');
      for (const part of Object.values(bundle)) hash.update(part.type === 'chunk' ? part.code : part.source);
      for (const name of given) hash.update(readFileSync(`public/${name}`));
      const source = readFileSync('src/offline/service-worker.js', 'utf8')
        .replace('__NAME__', `larimar-${hash.digest('hex').slice(0, 16)}`)
        .replace('__FILES__', JSON.stringify(files));
      this.emitFile({ type: 'asset', fileName: 'service-worker.js', source });
    },
  };
}

export default defineConfig(({ mode }) => ({
  base: './',
  define: { __VERSION__: JSON.stringify(manifest.version) },
  plugins: [solid(), policy(), offline()],
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
