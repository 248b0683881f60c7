import { chmodSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Failure } from '../../failure.js';
import type { Reporter } from '../../progress/reporter.js';
import { byteTask } from './byte-task.js';
import { sha256Of } from './checksum.js';
import { LIBRARIES } from './compile-binding.js';
import { downloadWheels } from './download-wheels.js';
import { findPython } from './find-tools.js';
import { cudaMembers, cudaRequirements } from './gpu.js';
import type { InstallWork } from './install-work.js';
import type { VerifiedFile } from './installation.js';
import { runTool, ToolFailure, type ToolOptions } from './run-tool.js';
import { WheelArchive } from './wheel-archive.js';

/** TensorFlow's two libraries, without the symbols that only debuggers read. */
export async function unpackLibraries(
  wheel: WheelArchive,
  folder: string,
  reporter: Reporter,
  options: ToolOptions,
): Promise<void> {
  const members = LIBRARIES.map((name) => `tensorflow/${name}`);
  await unpack(wheel, members, folder, reporter, options);
  try {
    const files = members.map((name) => join(folder, name));
    await runTool('strip', ['--strip-unneeded', ...files], options);
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    if (!error.missing) throw error; // without the tool they only take more room
  }
}

async function unpack(
  wheel: WheelArchive,
  members: readonly string[],
  folder: string,
  reporter: Reporter,
  { signal }: ToolOptions,
): Promise<void> {
  const total = members.reduce((sum, name) => sum + wheel.bytesOf(name), 0);
  const progress = byteTask(reporter, `unpack ${basename(wheel.path).split('-')[0]}`, total);
  for (const name of members) {
    await wheel.extract(name, join(folder, name), { signal, onBytes: progress.more });
    if (name.includes('/bin/')) chmodSync(join(folder, name), 0o755);
  }
  progress.done();
}

/** CUDA's libraries, from the wheels that TensorFlow's own names. */
export async function addCuda(
  { options, platform }: InstallWork,
  wheel: WheelArchive,
  folder: string,
  temporary: string,
): Promise<VerifiedFile[]> {
  const { env, signal, reporter } = options;
  const python = await findPython({ env, signal });
  const requirements = cudaRequirements(wheel.describe('METADATA'));
  if (requirements.length === 0) {
    throw new Failure(
      `addCuda: expected a wheel that names NVIDIA's libraries, got ${basename(wheel.path)}. Give a wheel of "tensorflow", or leave --gpu out.`,
    );
  }
  reporter.line(`Downloading ${requirements.length} wheels with CUDA …`);
  const progress = byteTask(reporter, 'CUDA', undefined);
  const paths = await downloadWheels(join(temporary, 'cuda'), {
    ...{ python, arch: platform.arch, requirements, env, signal, onBytes: progress.upTo },
  });
  progress.done();
  const files: VerifiedFile[] = [];
  for (const path of paths) {
    const cuda = WheelArchive.open(path);
    try {
      await unpack(cuda, cudaMembers(cuda), folder, reporter, { env, signal });
    } finally {
      cuda.close();
    }
    files.push({ file: basename(path), sha256: await sha256Of(path, signal), verifiedBy: 'index' });
  }
  return files;
}
