import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { atomicWrite } from '../../run/atomic-write.js';
import { cacheFolder } from './cache-folder.js';

/** The backends a user can ask for by name. */
export const BACKENDS = ['tensorflow', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** What `shaped backend use` chose for this user, beside the installations. */
export interface Preference {
  backend: BackendName;
  /** The installation, where there are several. */
  installation?: string;
}

const fileIn = (cache: string) => join(cache, 'preference.json');

/** What this user chose, or undefined; what cannot be read counts as no choice. */
export function readPreference(cache: string = cacheFolder()): Preference | undefined {
  const path = fileIn(cache);
  if (!existsSync(path)) return undefined;
  try {
    const preference = JSON.parse(readFileSync(path, 'utf8')) as Preference;
    return BACKENDS.includes(preference.backend) ? preference : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a choice for the runs to come. */
export function writePreference(preference: Preference, cache: string = cacheFolder()): void {
  atomicWrite(fileIn(cache), `${JSON.stringify(preference)}\n`);
}

/** Forgets the choice: `auto` takes what is fastest again. */
export function clearPreference(cache: string = cacheFolder()): void {
  rmSync(fileIn(cache), { force: true });
}
