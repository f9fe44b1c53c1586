// The engine's worker begins before anything else of the page: it has the core to load, and the page has itself to make.

/** Where the engine's worker lies, beside the page. */
const WORKER = 'engine/worker.js';

let early = import.meta.env.MODE === 'production' ? new Worker(WORKER) : null;

/** The worker that has begun already, or another one. */
export function beginWorker(): Worker {
  const worker = early ?? new Worker(WORKER);
  early = null;
  return worker;
}
