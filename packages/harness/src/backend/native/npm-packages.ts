import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../failure.js';
import { checkIntegrity } from './checksum.js';
import { findNpm } from './find-tools.js';
import { NPM_PACKAGES, type PinnedPackage } from './releases.js';
import { runTool, ToolFailure, type ToolOptions } from './run-tool.js';
import { readTarball } from './tarball.js';

/** The name that `npm pack` gives the archive of a package. */
export const archiveName = ({ name, version }: PinnedPackage): string =>
  `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`;

/** The files of a package, by their path in it. */
export type PackageFiles = Map<string, Buffer>;

/**
 * The pinned npm packages, by name: from a folder of archives, or fetched by `npm pack`, which obeys
 * the user's registry, proxy and npm's own cache, and runs no script of theirs.
 *
 * @param temporary where npm puts the archives
 * @param offline a folder that holds them already
 * @throws Failure when there is no npm, it cannot reach its registry, or an archive has another
 *   content than the pinned one
 */
export async function npmPackages(
  temporary: string,
  offline: string | undefined,
  options: ToolOptions,
): Promise<Map<string, PackageFiles>> {
  if (offline === undefined) await fetchPackages(temporary, options);
  const folder = offline ?? temporary;
  return new Map(
    NPM_PACKAGES.map((pinned) => {
      const archive = join(folder, archiveName(pinned));
      if (!existsSync(archive)) {
        const found = existsSync(folder)
          ? readdirSync(folder).join(', ') || 'nothing'
          : 'no folder';
        throw new Failure(
          `npmPackages: expected ${archiveName(pinned)} in ${folder}, got ${found}. Fetch it where there is a network: npm pack ${pinned.name}@${pinned.version}`,
        );
      }
      const content = readFileSync(archive);
      checkIntegrity(archive, content, pinned.integrity);
      return [pinned.name, readTarball(archive, content)];
    }),
  );
}

async function fetchPackages(folder: string, options: ToolOptions): Promise<void> {
  const npm = await findNpm(options);
  const names = NPM_PACKAGES.map(({ name, version }) => `${name}@${version}`);
  const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder, ...names];
  try {
    await runTool(npm, args, options);
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    throw new Failure(
      `npmPackages: expected npm to fetch ${names.join(', ')}, got: ${error.message}\nCheck the network and npm's registry (npm config get registry), or give the archives with --packages.`,
      undefined,
      { cause: error },
    );
  }
}
