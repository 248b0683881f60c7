import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../failure.js';
import { cacheFolder } from './cache-folder.js';
import { BINDING, DEFAULT_VERSION, type Variant } from './releases.js';

/** Where the sha256 of a file comes from: this source, or the index that pip asked. */
export interface VerifiedFile {
  file: string;
  sha256: string;
  verifiedBy: 'pinned hash' | 'index' | 'RECORD of the wheel';
}

/** `installation.json`: what an installation is and what it was made of. */
export interface InstallationRecord {
  format: 1;
  version: string;
  variant: Variant;
  os: string;
  arch: string;
  binding: string;
  wheels: VerifiedFile[];
  /** npm packages with their integrity. */
  packages: string[];
  compiler: string;
  /** ISO 8601, UTC. */
  made: string;
}

export interface Installation extends InstallationRecord {
  name: string;
  folder: string;
}

/** The file whose presence makes a folder an installation. */
export const RECORD_FILE = 'installation.json';

/** The installations in a cache for this kind of machine, the one to prefer first. */
export function listInstallations(cache: string = cacheFolder()): Installation[] {
  if (!existsSync(cache)) return [];
  return readdirSync(cache)
    .filter((name) => name.startsWith('tensorflow-'))
    .flatMap((name) => readInstallation(join(cache, name), name))
    .sort(byPreference);
}

function readInstallation(folder: string, name: string): Installation[] {
  const path = join(folder, RECORD_FILE);
  if (!existsSync(path)) return [];
  const record = JSON.parse(readFileSync(path, 'utf8')) as InstallationRecord;
  const fits =
    record.os === process.platform && record.arch === process.arch && record.binding === BINDING;
  return fits ? [{ ...record, name, folder }] : [];
}

/** The tested version first, then the newest; with a GPU before without. */
function byPreference(a: Installation, b: Installation): number {
  const tested = Number(b.version === DEFAULT_VERSION) - Number(a.version === DEFAULT_VERSION);
  const newer = b.version.localeCompare(a.version, 'en', { numeric: true });
  return tested || newer || Number(b.variant === 'gpu') - Number(a.variant === 'gpu');
}

export interface InstallationChoice {
  cache?: string;
  version?: string;
  gpu?: boolean;
}

/**
 * The installation that fits a choice best.
 *
 * @throws Failure that says how to install one, when none fits
 */
export function findInstallation({
  cache = cacheFolder(),
  version,
  gpu,
}: InstallationChoice = {}): Installation {
  const all = listInstallations(cache);
  const found = all.find(
    (one) =>
      (version === undefined || one.version === version) &&
      (gpu === undefined || (one.variant === 'gpu') === gpu),
  );
  if (found) return found;
  const wanted = `TensorFlow${version ? ` ${version}` : ''}${gpu ? ' with GPU' : ''}`;
  const options = `${version ? ` --version ${version}` : ''}${gpu ? ' --gpu' : ''}`;
  const had = all.map(({ name }) => name).join(', ') || 'none';
  throw new Failure(
    `findInstallation: expected ${wanted} in ${cache}, got ${had}. Install it: shaped backend install tensorflow${options}`,
  );
}

/** Removes an installation. The record goes first: half of one is none. */
export function removeInstallation({ folder }: Installation): void {
  rmSync(join(folder, RECORD_FILE), { force: true });
  rmSync(folder, { recursive: true, force: true });
}
