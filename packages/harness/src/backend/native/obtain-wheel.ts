import { basename } from 'node:path';
import { byteTask } from './byte-task.js';
import { sha256Of } from './checksum.js';
import { downloadWheels } from './download-wheels.js';
import { findPython } from './find-tools.js';
import type { InstallWork } from './install-work.js';
import type { VerifiedFile } from './installation.js';
import { pinnedWheel, wheelProject } from './releases.js';

export interface ObtainedWheel {
  path: string;
  file: VerifiedFile;
}

/** The wheel that was given, or one that pip downloads. */
export async function obtainWheel(
  { options, platform, variant }: InstallWork,
  version: string,
  temporary: string,
  signal: AbortSignal,
): Promise<ObtainedWheel> {
  const { wheel, reporter, env } = options;
  const pinned = pinnedWheel(version, variant, platform.arch);
  const path = wheel ?? (await downloadOne());
  const sha256 = await sha256Of(path, signal);
  const isPinned = sha256 === pinned?.sha256;
  if (wheel !== undefined && !isPinned) {
    reporter.warn(
      `The hash of ${basename(path)} is not one this release knows; its members are checked against its own RECORD.`,
    );
  }
  const verifiedBy = isPinned ? 'pinned hash' : wheel ? 'RECORD of the wheel' : 'index';
  return { path, file: { file: basename(path), sha256, verifiedBy } };

  async function downloadOne(): Promise<string> {
    const python = await findPython({ env, signal });
    const project = wheelProject(variant, platform.arch);
    const requirement = `${project}==${version}`;
    reporter.line(`Downloading ${requirement} with pip …`);
    const progress = byteTask(reporter, project, pinned?.bytes);
    const [first] = await downloadWheels(temporary, {
      ...{ python, arch: platform.arch, requirements: [requirement], env, signal },
      ...{ sha256: pinned?.sha256, onBytes: progress.upTo },
    });
    progress.done();
    return first;
  }
}
