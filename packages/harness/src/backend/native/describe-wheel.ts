import { basename } from 'node:path';
import { Failure } from '../../failure.js';
import type { Platform } from './check-platform.js';
import { WheelArchive } from './wheel-archive.js';

const MACHINES: Record<string, string> = { x64: 'x86_64', arm64: 'aarch64' };

/**
 * The version of TensorFlow in a wheel that a user gave.
 *
 * @throws Failure when it is another project's, or made for another kind of machine
 */
export function describeWheel(path: string, { arch }: Platform): { version: string } {
  const wheel = WheelArchive.open(path);
  try {
    const field = (name: string, source: string) =>
      new RegExp(`^${name}: (.*)$`, 'm').exec(source)?.[1].trim() ?? 'none';
    const metadata = wheel.describe('METADATA');
    const project = field('Name', metadata).replaceAll('_', '-');
    if (!['tensorflow', 'tensorflow-cpu'].includes(project)) {
      throw new Failure(
        `describeWheel: expected a wheel of tensorflow or tensorflow-cpu, got ${project}. Give another file with --wheel.`,
      );
    }
    const tag = field('Tag', wheel.describe('WHEEL'));
    if (!/linux/.test(tag) || !tag.endsWith(MACHINES[arch])) {
      throw new Failure(
        `describeWheel: expected a wheel for Linux on ${MACHINES[arch]}, got ${basename(path)} for ${tag}. Give another file with --wheel.`,
      );
    }
    return { version: field('Version', metadata) };
  } finally {
    wheel.close();
  }
}
