import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, throwIfInterrupted } from '../../failure.js';
import { silent } from '../../progress/reporter.js';
import { cacheFolder, installationName } from './cache-folder.js';
import { checkDisk, checkPlatform, thisPlatform } from './check-platform.js';
import { compileBinding } from './compile-binding.js';
import { describeWheel } from './describe-wheel.js';
import { extractHeaders } from './extract-headers.js';
import { findCompiler } from './find-tools.js';
import { detectGpu } from './gpu.js';
import type { InstallOptions, InstallWork } from './install-work.js';
import {
  listInstallations,
  RECORD_FILE,
  removeInstallation,
  type Installation,
  type InstallationRecord,
  type VerifiedFile,
} from './installation.js';
import { npmPackages, type PackageFiles } from './npm-packages.js';
import { obtainWheel, type ObtainedWheel } from './obtain-wheel.js';
import { probeInstallation } from './probe-installation.js';
import { BINDING, DEFAULT_VERSION, NPM_PACKAGES, type Variant } from './releases.js';
import type { ToolOptions } from './run-tool.js';
import { publishFolder } from './staging.js';
import { together } from './together.js';
import { addCuda, unpackLibraries } from './unpack-wheels.js';
import { WheelArchive } from './wheel-archive.js';
import { writeScripts, writeSources } from './write-packages.js';

/** Wheel, unpacked libraries and the copies that the stripper makes, in bytes. */
const DISK_BYTES = { cpu: 1.6e9, gpu: 9e9 };

/**
 * Installs TensorFlow for tfjs: libraries from a wheel of PyPI, the binding compiled against them
 * from the sources on npm. The folder appears in the cache when it is whole and was seen to compute;
 * an installation that is there already is kept.
 *
 * @throws Failure that says what was missing; the interruption when `signal` is aborted. Either way
 *   nothing is left
 */
export async function installTensorflow(given: InstallOptions = {}): Promise<Installation> {
  const options = { reporter: silent, env: process.env, ...given };
  const { platform = thisPlatform(), gpu = false, cache = cacheFolder(options.env) } = options;
  checkPlatform(platform);
  if (gpu && platform.arch !== 'x64') {
    throw new Failure(
      `installTensorflow: expected x64 for TensorFlow with GPU, got ${platform.arch}, for which PyPI has none. Leave --gpu out.`,
    );
  }
  const variant: Variant = gpu ? 'gpu' : 'cpu';
  const described =
    options.wheel === undefined ? undefined : describeWheel(options.wheel, platform);
  const version = described?.version ?? options.version ?? DEFAULT_VERSION;
  if (options.version !== undefined && options.version !== version) {
    throw new Failure(
      `installTensorflow: expected TensorFlow ${options.version}, got a wheel of ${version}. Leave --version out, or give another wheel.`,
    );
  }
  const name = installationName(version, variant, platform);
  const present = listInstallations(cache).find((one) => one.name === name);
  if (present && !options.fresh) return present;
  if (gpu) {
    const { usable, found, advice } = await detectGpu(tools(options));
    if (usable) options.reporter.line(`GPU: ${found}`);
    else options.reporter.warn(`GPU: ${found}. ${advice}`);
  }
  const compiler = await findCompiler(tools(options));
  const work: InstallWork = { options, platform, variant, cache, compiler };
  await publishFolder(cache, name, async (folder, temporary) => {
    checkDisk(cache, DISK_BYTES[variant]);
    await build(work, version, folder, temporary);
    throwIfInterrupted(options.signal);
    if (present) removeInstallation(present);
  });
  const made = listInstallations(cache).find((one) => one.name === name);
  if (made) return made;
  throw new Failure(
    `installTensorflow: expected ${name} in ${cache}, got none: something removed it. Try again.`,
  );
}

const tools = ({ env, signal }: InstallOptions): ToolOptions => ({ env, signal });

/** Fills the folder of an installation. */
async function build(
  work: InstallWork,
  version: string,
  folder: string,
  temporary: string,
): Promise<void> {
  const { options, platform, variant, compiler } = work;
  const { reporter, signal, env } = options;
  const [packages, verified] = await together<[Map<string, PackageFiles>, ObtainedWheel]>(signal, [
    (stop) => npmPackages(temporary, options.packages, { env, signal: stop }),
    (stop) => obtainWheel(work, version, temporary, stop),
  ]);
  const wheel = WheelArchive.open(verified.path);
  const wheels: VerifiedFile[] = [verified.file];
  try {
    const sources = writeSources(packages, temporary);
    const headers = join(temporary, 'headers');
    extractHeaders(wheel, sources.texts, headers);
    reporter.line('Compiling the binding and unpacking the libraries …');
    await together<unknown[]>(signal, [
      (stop) =>
        compileBinding({
          ...{ compiler, temporary, env, signal: stop, target: folder },
          sources: sources.folder,
          includes: [headers, sources.nodeHeaders],
        }),
      (stop) => unpackLibraries(wheel, folder, reporter, { env, signal: stop }),
    ]);
    if (variant === 'gpu') wheels.push(...(await addCuda(work, wheel, folder, temporary)));
  } finally {
    wheel.close();
  }
  writeScripts(packages, folder);
  reporter.line('Trying it …');
  const probe = await probeInstallation(folder, { env, signal });
  const record: InstallationRecord = {
    ...{ format: 1, version: probe.version, variant, os: platform.os, arch: platform.arch },
    ...{ binding: BINDING, wheels, compiler, made: new Date().toISOString() },
    packages: NPM_PACKAGES.map((own) => `${own.name}@${own.version} ${own.integrity}`),
  };
  writeFileSync(join(folder, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
}
