import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { BINDING, type Variant } from './releases.js';

/**
 * The folder that holds every installation: `SHAPED_CACHE`, else `shaped-attention` in the user's
 * cache (`XDG_CACHE_HOME`, by default ~/.cache).
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env['SHAPED_CACHE']) return resolve(env['SHAPED_CACHE']);
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'shaped-attention');
}

/** The name of an installation in it: all that a binding depends on. */
export function installationName(
  version: string,
  variant: Variant,
  platform: { os: string; arch: string },
): string {
  return `tensorflow-${variant}-${version}-${platform.os}-${platform.arch}-${BINDING}`;
}
