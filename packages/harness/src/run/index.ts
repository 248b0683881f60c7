export { atomicWrite, diskFailure } from './atomic-write.js';
export { jsonLine, readJsonl, writeJsonl } from './jsonl.js';
export { readNpy, writeNpy, type NdArray } from './npy.js';
export { RunDirectory } from './run-directory.js';
