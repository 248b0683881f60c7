export { defaultWorkers, runJobs, type JobOptions } from './run-jobs.js';
export { workerEntry } from './worker-entry.js';
