export { defaultWorkers, runJobs, type JobOptions } from './run-jobs.js';
export { bytesOfPath, refuseBeyondMemory } from './refuse-beyond-memory.js';
export { workerEntry } from './worker-entry.js';
