export { cacheFolder } from './cache-folder.js';
export { platformProblem, thisPlatform, type Platform } from './check-platform.js';
export { detectGpu, type GpuState } from './gpu.js';
export type { InstallOptions } from './install-work.js';
export { installTensorflow } from './install-tensorflow.js';
export {
  findInstallation,
  listInstallations,
  removeInstallation,
  type Installation,
  type InstallationChoice,
  type InstallationRecord,
  type VerifiedFile,
} from './installation.js';
export {
  loadTensorflow,
  type LoadedTensorflow,
  type LoadOptions,
  type TensorflowBinding,
} from './load-tensorflow.js';
export {
  BACKENDS,
  clearPreference,
  readPreference,
  writePreference,
  type BackendName,
  type Preference,
} from './preference.js';
export { probeInstallation, type Probe } from './probe-installation.js';
export { DEFAULT_VERSION, type Variant } from './releases.js';
