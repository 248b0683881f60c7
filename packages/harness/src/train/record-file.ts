import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../failure.js';
import { diskFailure, jsonLine, makeDirectory, writeAll } from '../run/index.js';

/** A place in a file, and what stands before it. */
export interface FilePosition {
  bytes: number;
  /** SHA-256 of those bytes. */
  sha256: string;
}

/** Bytes read at a time. */
const CHUNK = 1 << 20;

/** The running hash of the first bytes of an open file; undefined when it has fewer. */
function hashOfStart(file: number, bytes: number): Hash | undefined {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(Math.min(CHUNK, Math.max(bytes, 1)));
  for (let at = 0; at < bytes;) {
    const read = readSync(file, chunk, 0, Math.min(chunk.length, bytes - at), at);
    if (read === 0) return undefined;
    hash.update(chunk.subarray(0, read));
    at += read;
  }
  return hash;
}

/** Whether a file begins with what stood before a position when it was taken. */
export function startsAsAt(path: string, { bytes, sha256 }: FilePosition): boolean {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return false;
  }
  try {
    return hashOfStart(file, bytes)?.digest('hex') === sha256;
  } finally {
    closeSync(file);
  }
}

/**
 * A JSON Lines file that grows while a training runs: every record is handed to the operating system
 * as it comes, so that a killed process loses none of them.
 */
export class RecordFile<T extends object> {
  readonly #path: string;
  readonly #hash: Hash;
  #bytes: number;
  #descriptor: number | undefined;

  /**
   * @param keep bytes of the file that stay; what follows them goes. By default the file begins anew
   * @throws Failure when the disk refuses, or the file is shorter
   */
  constructor(path: string, keep = 0) {
    this.#path = path;
    this.#bytes = keep;
    try {
      makeDirectory(dirname(path));
      this.#descriptor = openSync(path, keep === 0 ? 'w' : 'r+');
      const hash = hashOfStart(this.#descriptor, keep);
      if (hash === undefined) {
        throw new Failure(`RecordFile: expected at least ${keep} bytes in ${path}, got fewer.`);
      }
      this.#hash = hash;
      ftruncateSync(this.#descriptor, keep);
    } catch (cause) {
      this.close();
      throw cause instanceof Failure ? cause : diskFailure('write', path, cause);
    }
  }

  /** Where the next record goes. */
  get position(): FilePosition {
    return { bytes: this.#bytes, sha256: this.#hash.copy().digest('hex') };
  }

  /**
   * Adds one line.
   *
   * @throws Failure when a number is not finite, the disk refuses, or the file was removed
   */
  append(record: T): void {
    const file = this.#open();
    const bytes = Buffer.from(jsonLine(record), 'utf8');
    try {
      writeAll(file, bytes, this.#bytes);
      // Where nothing names the file any more, what is written into it is lost.
      if (fstatSync(file).nlink === 0) throw new Error('removed while the training ran');
    } catch (cause) {
      throw diskFailure('write', this.#path, cause);
    }
    this.#bytes += bytes.length;
    this.#hash.update(bytes);
  }

  /** Brings everything to the disk. @throws Failure when it refuses */
  sync(): void {
    try {
      fsyncSync(this.#open());
    } catch (cause) {
      throw diskFailure('write', this.#path, cause);
    }
  }

  /** A second call does nothing. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #open(): number {
    if (this.#descriptor !== undefined) return this.#descriptor;
    throw new Error(`RecordFile: expected an open file, got one that was closed (${this.#path}).`);
  }
}
