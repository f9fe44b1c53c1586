// Builds the app for KaiOS 2.5 (Gecko 48): classic scripts in the language of 2016, and the core as JavaScript.
//
//   node kaios25/build.mjs ENGINE OUT
//
// ENGINE is a folder with larimar.js (wasm-bindgen's) and lowered.js (wasm2js's); OUT becomes what the package holds.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import solid from 'vite-plugin-solid';
import { lowered } from './lowered.mjs';
import { PROPERTIES, written } from './properties.mjs';
import { spaced } from './spaced.mjs';

const [engine, out] = process.argv.slice(2);
const app = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'));

/** One classic script, and the sheet of styles that it asks for. */
function script(entry, name, plugins, folder = out) {
  return build({
    root: app,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    define: { __VERSION__: JSON.stringify(version), __CORE__: 'new Uint8Array(0)' },
    // The core is generated outside the app's folder.
    resolve: { alias: { 'core-js': join(app, 'node_modules/core-js') } },
    plugins,
    build: {
      target: 'es2016',
      cssTarget: 'firefox48',
      outDir: folder,
      emptyOutDir: false,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      chunkSizeWarningLimit: Infinity,
      lib: { entry, formats: ['iife'], name: 'larimar', fileName: () => name, cssFileName: 'app' },
    },
  });
}

/** The core's module as a function of what it imports, behind a stand-in for WebAssembly that knows this one module. */
function core() {
  const made = readFileSync(join(engine, 'lowered.js'), 'utf8');
  const end = made.lastIndexOf('\nvar retasmFunc = ');
  if (end < 0) throw new Error('wasm2js writes its modules in another way now');
  const module = made.slice(0, end).replace(/^import .*$/gm, '');
  return `${module}
class Instance {
  constructor(_module, imports) {
    this.exports = asmFunc(imports);
  }
}
const WebAssembly = {
  Instance,
  instantiate: (module, imports) => Promise.resolve({ module, instance: new Instance(module, imports) }),
};
const PROPERTIES = ${JSON.stringify(PROPERTIES)};
${written}
${glue()}
self.wasm_bindgen = wasm_bindgen;
`;
}

/**
 * wasm-bindgen's part. It takes a view of memory for good until its buffer is detached, which a buffer that JavaScript replaces
 * by a larger one never is. The core's expressions are written out.
 */
function glue() {
  const isOld = /(cached\w+Memory0)(\.byteLength === 0|\.buffer\.detached === true \|\| \(.*?\))(?=\) \{)/g;
  const made = readFileSync(join(engine, 'larimar.js'), 'utf8');
  // Whole numbers of 64 bits come as two halves, and a value that is no BigInt is asked for one often.
  const changed = made
    .replace(isOld, '$1.buffer !== wasm.memory.buffer')
    .replace(/(\S+setBigInt64\(.*?, )isLikeNone\(ret\) \? BigInt\(0\) : (ret, true\))/, 'isLikeNone(ret) || $1$2')
    .replace(/new RegExp\((getStringFromWasm0\(.*?\))/, 'new RegExp(written($1)')
    .replace('BigInt.asUintN(64, arg0)', '(arg0 >>> 0) + (arguments[1] >>> 0) * 4294967296');
  if (!changed.includes('new RegExp(written(')) throw new Error('wasm-bindgen makes expressions in another way now');
  if (/byteLength === 0|detached|BigInt[.(]/.test(changed)) throw new Error('wasm-bindgen looks at its memory in another way now');
  return changed;
}

/** The page, with a classic script, and without what only a service worker and the web's manifest need. */
function page() {
  const head = '<link rel="stylesheet" href="app.css" />\n    <script defer src="app.js"></script>';
  return readFileSync(join(app, 'index.html'), 'utf8')
    .replace(/ *<script type="module".*<\/script>\n/, '')
    .replace(/<link rel="manifest".*\/>/, head);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'engine'), { recursive: true });
cpSync(join(app, 'public/icons'), join(out, 'icons'), { recursive: true });
writeFileSync(join(out, 'index.html'), page());
const manifest = JSON.parse(readFileSync(join(app, 'kaios25/manifest.webapp'), 'utf8'));
writeFileSync(join(out, 'manifest.webapp'), JSON.stringify({ version, ...manifest }, null, 2));
const joined = join(engine, 'core25.js');
writeFileSync(joined, core());
await script('kaios25/main.ts', 'app.js', [solid(), spaced(), lowered()]);
await script('src/worker/worker.ts', 'worker.js', [lowered()], join(out, 'engine'));
await script(joined, 'larimar.js', [lowered(joined)], join(out, 'engine'));
