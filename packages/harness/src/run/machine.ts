import { createRequire } from 'node:module';
import { arch, cpus, platform, release, totalmem } from 'node:os';

/** The machine a run was made on. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryBytes: number;
  platform: string;
}

/** The software a run was made with. */
export interface Versions {
  shaped: string;
  node: string;
  tfjs: string;
}

/** This machine: processor model, cores, memory and operating system. */
export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    platform: `${platform()} ${release()} ${arch()}`,
  };
}

/** The versions of this package, of Node and of tfjs. */
export function theseVersions(): Versions {
  const require = createRequire(import.meta.url);
  const versionOf = (path: string) => (require(path) as { version: string }).version;
  return {
    shaped: versionOf('../../package.json'),
    node: process.versions.node,
    tfjs: versionOf('@tensorflow/tfjs-core/package.json'),
  };
}
