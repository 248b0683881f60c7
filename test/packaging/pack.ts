import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { json } from '../support/run-files.ts';
import { ROOT } from '../support/repository.ts';

/** The folders of what is published. */
export const PACKAGES = ['random', 'sde', 'shaped-attention', 'harness'] as const;
export type PackageFolder = (typeof PACKAGES)[number];

/** What a package says of itself. */
export interface PackageManifest {
  name: string;
  version: string;
  exports: Record<string, Record<string, string>>;
  /** Files that do something when imported; false when there are none. */
  sideEffects: false | string[];
  bin?: Record<string, string>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

export interface Packed {
  folder: PackageFolder;
  archive: string;
  /** Paths inside the archive. */
  files: string[];
  manifest: PackageManifest;
}

/** Packs every published package into a folder, without a network. */
export function packAll(into: string): Packed[] {
  mkdirSync(into, { recursive: true });
  const output = execFileSync(
    'npm',
    [
      ...['pack', '--json', '--offline', '--ignore-scripts', '--pack-destination', into],
      ...PACKAGES.flatMap((folder) => ['--workspace', `packages/${folder}`]),
    ],
    { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const reports = JSON.parse(output) as {
    name: string;
    filename: string;
    files: { path: string }[];
  }[];
  return PACKAGES.map((folder) => {
    const manifest = json<PackageManifest>(`${ROOT}packages/${folder}/package.json`);
    const report = reports.find(({ name }) => name === manifest.name);
    if (report === undefined) throw new Error(`npm packed no ${manifest.name}`);
    const files = report.files.map(({ path }) => path);
    return { folder, archive: join(into, report.filename), files, manifest };
  });
}

/** The folder in which a package of the workspace finds a dependency. */
function installed(folder: PackageFolder, name: string): string {
  const places = [`${ROOT}packages/${folder}/node_modules/${name}`, `${ROOT}node_modules/${name}`];
  const place = places.find((path) => existsSync(path));
  if (place === undefined) throw new Error(`${name} is not installed`);
  return place;
}

/**
 * Makes a project that has these archives installed as npm would: each with the dependencies that
 * it declares, and nothing else.
 */
export function installArchives(project: string, packed: readonly Packed[]): void {
  const own = new Set(packed.map(({ manifest }) => manifest.name));
  for (const { folder, archive, manifest } of packed) {
    const target = join(project, 'node_modules', manifest.name);
    mkdirSync(target, { recursive: true });
    execFileSync('tar', ['-xzf', archive, '-C', target, '--strip-components=1']);
    const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
    for (const name of Object.keys(declared).filter((dependency) => !own.has(dependency))) {
      const link = join(target, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(installed(folder, name), link);
      // Peers are installed by the project itself; another version below a package would be a bug.
      const top = join(project, 'node_modules', name);
      if (!(name in (manifest.peerDependencies ?? {})) || existsSync(top)) continue;
      mkdirSync(dirname(top), { recursive: true });
      symlinkSync(installed(folder, name), top);
    }
  }
}

/** What can be imported: the packages and their subpaths. */
export interface EntryPoint {
  name: string;
  /** Imported for what it does (a worker's program), not for what it exports. */
  program: boolean;
}

/** Every entry point; the programs are those whose file the package declares to have side effects. */
export function entryPoints(packed: readonly Packed[]): EntryPoint[] {
  return packed.flatMap(({ manifest: { name, exports, sideEffects } }) =>
    Object.entries(exports).map(([path, target]) => ({
      name: join(name, path),
      program: sideEffects !== false && sideEffects.includes(target.default),
    })),
  );
}

/** The licence that all of the repository is under. */
export const LICENSE = readFileSync(`${ROOT}LICENSE`, 'utf8');
