import { readFileSync, statfsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { Failure } from '../../failure.js';

/** What of a machine decides whether TensorFlow runs on it. */
export interface Platform {
  os: string;
  arch: string;
  /** Version of the GNU C library; undefined where there is another one. */
  glibc?: string;
  /** Whether the processor has AVX; undefined where it cannot be told. */
  avx?: boolean;
  memoryBytes: number;
}

/** The C library the wheels are made for (manylinux_2_27). */
const OLDEST_GLIBC = [2, 27] as const;
/** Two compilers of 0.4 GiB each, and TensorFlow with its kernels registered beside Node. */
const MEMORY_BYTES = 1.5 * 2 ** 30;

/** The processor's flags say `avx`; undefined where there is no list of them. */
function hasAvx(): boolean | undefined {
  try {
    const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'));
    return flags === null ? undefined : flags[1].split(' ').includes('avx');
  } catch {
    return undefined;
  }
}

/** This machine. */
export function thisPlatform(): Platform {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  const limit = process.constrainedMemory();
  return {
    os: process.platform,
    arch: process.arch,
    glibc: report.header?.glibcVersionRuntime,
    avx: process.arch === 'x64' ? hasAvx() : undefined,
    memoryBytes: Math.min(totalmem(), limit > 0 ? limit : Infinity),
  };
}

/** Why TensorFlow cannot run on a machine; undefined when it can. */
export function platformProblem({ os, arch, glibc, avx }: Platform): string | undefined {
  if (os !== 'linux' || !['x64', 'arm64'].includes(arch)) return `${os} ${arch}`;
  if (glibc === undefined) return 'a Linux without the GNU C library (as Alpine)';
  const [major, minor] = glibc.split('.').map(Number);
  const old = major < OLDEST_GLIBC[0] || (major === OLDEST_GLIBC[0] && minor < OLDEST_GLIBC[1]);
  if (old) return `the GNU C library ${glibc}`;
  if (avx === false) return 'a processor without AVX';
  return undefined;
}

/**
 * Returns when TensorFlow can be built and run here.
 *
 * @throws Failure that names what does not fit
 */
export function checkPlatform(platform: Platform = thisPlatform()): void {
  const problem = platformProblem(platform);
  if (problem !== undefined) {
    throw new Failure(
      `checkPlatform: expected Linux on x64 with AVX or on arm64, with the GNU C library ${OLDEST_GLIBC.join('.')} or newer, got ${problem}. ` +
        'Use the wasm backend, which runs everywhere.',
    );
  }
  if (platform.memoryBytes < MEMORY_BYTES) {
    const gib = (platform.memoryBytes / 2 ** 30).toFixed(1);
    throw new Failure(
      `checkPlatform: expected at least 1.5 GiB of memory, got ${gib} GiB. Use the wasm backend, or a larger machine.`,
    );
  }
}

/**
 * Returns when a folder's file system has room.
 *
 * @throws Failure when it has not
 */
export function checkDisk(folder: string, bytes: number, free = freeBytes(folder)): void {
  if (free >= bytes) return;
  const gb = (count: number) => (count / 1e9).toFixed(1);
  throw new Failure(
    `checkDisk: expected ${gb(bytes)} GB of free disk below ${folder}, got ${gb(free)} GB. Free space, or choose another folder with --cache.`,
  );
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
