import type { Reporter } from '../../progress/reporter.js';
import type { Platform } from './check-platform.js';
import type { Variant } from './releases.js';

export interface InstallOptions {
  /** Version of TensorFlow. Defaults to the one this package was tested with. */
  version?: string;
  /** With the code for NVIDIA's GPUs and their libraries. Defaults to false. */
  gpu?: boolean;
  /** A wheel of tensorflow or tensorflow-cpu, for machines without a network. */
  wheel?: string;
  /** A folder with the archives from npm, for machines without a network. */
  packages?: string;
  /** Where installations are kept. Defaults to `shaped-attention` in the user's cache. */
  cache?: string;
  /** Installs anew what is there already. Defaults to false. */
  fresh?: boolean;
  reporter?: Reporter;
  signal?: AbortSignal;
  /** The environment of the tools; replaced in tests. */
  env?: NodeJS.ProcessEnv;
  /** This machine; replaced in tests. */
  platform?: Platform;
}

/** What the steps of one installation share. */
export interface InstallWork {
  options: Required<Pick<InstallOptions, 'reporter' | 'env'>> & InstallOptions;
  platform: Platform;
  variant: Variant;
  cache: string;
  compiler: string;
}
