import { accessSync, constants, existsSync, readdirSync, rmdirSync } from 'node:fs';
import { usageFailure } from '../failure.js';
import { diskFailure } from './atomic-write.js';
import { makeDirectory } from './make-directory.js';

/**
 * Makes the folder that results will go into, before the work and not after it. Returns how to let
 * go of it: a folder that was made here and is still empty goes again.
 *
 * @throws Failure (exit code 2) when it cannot be written to
 */
export function outputFolder(path: string): () => void {
  const existed = existsSync(path);
  try {
    makeDirectory(path);
    accessSync(path, constants.W_OK);
  } catch (cause) {
    // Where results go is the user's choice, so that this is a failure of usage.
    throw usageFailure(`--out: ${diskFailure('write', path, cause).message}`, { cause });
  }
  return () => {
    if (!existed && readdirSync(path).length === 0) rmdirSync(path);
  };
}
