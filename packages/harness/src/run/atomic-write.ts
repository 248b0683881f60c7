import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../failure.js';
import { writeAll } from './durable-write.js';
import { makeDirectory } from './make-directory.js';

/**
 * Writes a file so that a reader sees the old content or the new one, never a part.
 *
 * @throws Failure when the disk refuses; nothing half-written is left
 */
export function atomicWrite(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    makeDirectory(dirname(path));
    const file = openSync(temporary, 'w');
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
      writeAll(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (cause) {
    if (existsSync(temporary)) rmSync(temporary);
    throw diskFailure('write', path, cause);
  }
}

/** The failure that stands for a refused disk operation. */
export function diskFailure(action: 'read' | 'write', path: string, cause: unknown): Failure {
  const code = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
  const advice =
    code === 'ENOSPC'
      ? 'The disk is full: free space or choose another --out.'
      : code === 'EACCES' || code === 'EROFS' || code === 'EPERM'
        ? 'No permission: choose another --out or change the permissions.'
        : code === 'ENOENT'
          ? 'It does not exist.'
          : 'Check the path.';
  return new Failure(`Cannot ${action} ${path} (${code}). ${advice}`, undefined, { cause });
}
