import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Failure, throwIfInterrupted } from '../../failure.js';

/** The sha256 of a file, in hexadecimal digits. @throws the interruption when `signal` is aborted */
export async function sha256Of(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash, { signal });
  } catch (error) {
    throwIfInterrupted(signal);
    throw error;
  }
  return hash.digest('hex');
}

/**
 * Returns when content has the integrity that a lock file would state (`sha512-` and base64).
 *
 * @throws Failure when it is another content
 */
export function checkIntegrity(what: string, content: Uint8Array, integrity: string): void {
  const got = `sha512-${createHash('sha512').update(content).digest('base64')}`;
  if (got === integrity) return;
  throw new Failure(
    `checkIntegrity: expected ${what} with ${integrity}, got ${got}. The registry or a mirror serves another file under this name: ask for it elsewhere (npm config get registry).`,
  );
}
