export { atomicWrite, diskFailure } from './atomic-write.js';
export { differences } from './differences.js';
export { syncFolder, writeAll, writeDurably } from './durable-write.js';
export { jsonLine, readJsonl, writeJsonl } from './jsonl.js';
export { lockOwner, lockRun } from './lock.js';
export { theseVersions, thisMachine, type Versions } from './machine.js';
export { makeDirectory } from './make-directory.js';
export {
  beginCommand,
  beginStep,
  completeStep,
  endCommand,
  isComplete,
  readManifest,
  updateManifest,
  type Manifest,
} from './manifest.js';
export { readNpy, writeNpy, type NdArray } from './npy.js';
export { RunDirectory } from './run-directory.js';
export { outputFolder } from './output-folder.js';
export { isRunning } from './process-state.js';
export { stepDigest, STEPS, trainingInputs, type StepName } from './steps.js';
