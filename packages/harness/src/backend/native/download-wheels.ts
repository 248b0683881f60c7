import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../failure.js';
import { makeDirectory } from '../../run/make-directory.js';
import { WHEEL_PYTHON } from './releases.js';
import { runTool, ToolFailure, type ToolOptions } from './run-tool.js';

/** Tags under which the wheels of a machine are found; pip matches them exactly. */
const GLIBC_TAGS = ['2_28', '2_27', '2_24', '2_17', '2_14', '2_12', '2_5'];

function platformTags(arch: string): string[] {
  const machine = arch === 'arm64' ? 'aarch64' : 'x86_64';
  const named = [`manylinux2014_${machine}`, `manylinux1_${machine}`];
  return [...GLIBC_TAGS.map((glibc) => `manylinux_${glibc}_${machine}`), ...named];
}

export interface WheelRequest extends ToolOptions {
  python: string;
  arch: string;
  /** Requirements as pip reads them, as `tensorflow-cpu==2.21.0`. */
  requirements: readonly string[];
  /** sha256 that a single requirement must have. */
  sha256?: string;
  /** Called now and then with the bytes that have arrived. */
  onBytes?: (bytes: number) => void;
}

/** How often the bytes on disk are counted. */
const COUNT_MS = 250;

/**
 * The paths of wheels that pip downloads into a folder. pip asks the user's own index, with its
 * settings and cache, and compares each file with the hash of the index or with the pinned one; the
 * machine's own version of Python is no matter.
 *
 * @throws Failure with the end of pip's words when it cannot
 */
export async function downloadWheels(folder: string, request: WheelRequest): Promise<string[]> {
  const { python, arch, requirements, sha256, onBytes, env = process.env, signal } = request;
  const [partial, wheels] = [join(folder, 'partial'), join(folder, 'wheels')];
  makeDirectory(partial);
  makeDirectory(wheels);
  const list = join(folder, 'requirements.txt');
  const hash = sha256 === undefined ? '' : ` --hash=sha256:${sha256}`;
  writeFileSync(list, requirements.map((line) => `${line}${hash}\n`).join(''));
  const args = [
    ...['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-input'],
    ...['--no-deps', '--only-binary=:all:', '--implementation', 'cp'],
    ...['--python-version', WHEEL_PYTHON, '--abi', `cp${WHEEL_PYTHON.replace('.', '')}`],
    ...['--abi', 'none', ...platformTags(arch).flatMap((tag) => ['--platform', tag])],
    ...['--dest', wheels, '--requirement', list],
  ];
  const count = () => onBytes?.(Math.max(bytesBelow(partial), bytesBelow(wheels)));
  const timer = setInterval(count, COUNT_MS);
  try {
    // Its partial files lie in the folder too, so that they go when the folder goes.
    await runTool(python, args, { signal, env: { ...env, TMPDIR: partial } });
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    throw downloadFailure(requirements, error);
  } finally {
    clearInterval(timer);
  }
  return readdirSync(wheels)
    .filter((name) => name.endsWith('.whl'))
    .map((name) => join(wheels, name));
}

function downloadFailure(requirements: readonly string[], error: ToolFailure): Failure {
  const { message } = error;
  const advice = /No space left/.test(message)
    ? 'The disk is full: free space, or choose another folder with --cache.'
    : /THESE PACKAGES DO NOT MATCH THE HASHES/.test(message)
      ? 'The index or a mirror serves another file than the one this release was tested with.'
      : /No matching distribution/.test(message)
        ? 'There is no such version for this machine.'
        : 'Check the network and pip\'s settings ("pip config list"), or download the wheel elsewhere and give it with --wheel.';
  return new Failure(
    `downloadWheels: expected pip to download ${requirements.join(', ')}, got: ${message}\n${advice}`,
    undefined,
    { cause: error },
  );
}

/** Bytes of all files below a folder, some of which may vanish meanwhile. */
function bytesBelow(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
