// How the engine's worker is built: one classic script, for Gecko 84 has no module workers. It goes to where the page finds it.
import { defineConfig } from 'vite';

export default defineConfig({
  publicDir: false,
  define: { __CORE__: JSON.stringify('larimar.wasm') },
  build: {
    target: 'firefox84',
    outDir: 'public/engine',
    emptyOutDir: false,
    reportCompressedSize: false,
    lib: { entry: 'src/worker/worker.ts', formats: ['iife'], name: 'larimarWorker', fileName: () => 'worker.js' },
  },
});
