import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { diskFailure, jsonLine } from '../run/index.js';
import { makeDirectory } from '../run/make-directory.js';

/**
 * A JSON Lines file that grows while a training runs: every record is handed to the operating system
 * as it comes, so that a killed process loses none of them.
 */
export class RecordFile<T extends object> {
  readonly #path: string;
  #descriptor: number | undefined;

  /** Begins the file anew. @throws Failure when the disk refuses */
  constructor(path: string) {
    this.#path = path;
    try {
      makeDirectory(dirname(path));
      this.#descriptor = openSync(path, 'w');
    } catch (cause) {
      throw diskFailure('write', path, cause);
    }
  }

  /** Adds one line. @throws Failure when a number is not finite or the disk refuses */
  append(record: T): void {
    if (this.#descriptor === undefined) {
      throw new Error(
        `RecordFile: expected an open file, got one that was closed (${this.#path}).`,
      );
    }
    const bytes = Buffer.from(jsonLine(record), 'utf8');
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
    } catch (cause) {
      throw diskFailure('write', this.#path, cause);
    }
  }

  /** A second call does nothing. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
