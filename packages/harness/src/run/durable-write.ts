import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

/** Writes all bytes to an open file from a position on. @throws the error of the file system */
export function writeAll(file: number, bytes: Uint8Array, position: number | null = null): void {
  for (let at = 0; at < bytes.length;) {
    at += writeSync(file, bytes, at, bytes.length - at, position === null ? null : position + at);
  }
}

/**
 * Writes a new file and brings its content to the disk. Its name is there after a loss of power only
 * once `syncFolder` of its folder came back.
 *
 * @throws the error of the file system
 */
export function writeDurably(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx');
  try {
    writeAll(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Errors by which a file system says that it cannot bring a folder to the disk at all. */
const UNSUPPORTED = ['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM'];

/**
 * Brings the names in a folder to the disk, where the file system can.
 *
 * @throws the error of the file system
 */
export function syncFolder(path: string): void {
  // Windows opens no folders.
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } catch (error) {
    if (!UNSUPPORTED.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    closeSync(folder);
  }
}
