import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { diskFailure } from '../../run/index.js';
import { memoryTokens, type Tokens } from './tokens.js';

/** Where token ids go as they are made. */
export interface TokenSink {
  write(ids: Int32Array): void;
}

/** Keeps ids in memory. */
export class MemorySink implements TokenSink {
  readonly #parts: Int32Array[] = [];
  #length = 0;

  write(ids: Int32Array): void {
    this.#parts.push(ids);
    this.#length += ids.length;
  }

  tokens(): Tokens {
    const all = new Int32Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return memoryTokens(all);
  }
}

/** The narrowest array of whole numbers that holds ids below a size. */
export function idArray(size: number): typeof Uint8Array | typeof Uint16Array | typeof Int32Array {
  return size <= 2 ** 8 ? Uint8Array : size <= 2 ** 16 ? Uint16Array : Int32Array;
}

/** Ids that are gathered before they are written. */
const BUFFERED = 2 ** 18;

/** Writes ids into a file of `Uint8`, `Uint16` or `Int32` numbers in the order of this machine. */
export class FileSink implements TokenSink {
  readonly #path: string;
  readonly #file: number;
  readonly #buffer: Uint8Array | Uint16Array | Int32Array;
  #used = 0;

  /** @param size ids are below it */
  constructor(path: string, size: number) {
    this.#path = path;
    this.#file = openSync(path, 'wx');
    this.#buffer = new (idArray(size))(BUFFERED);
  }

  write(ids: Int32Array): void {
    for (let at = 0; at < ids.length;) {
      const taken = Math.min(ids.length - at, BUFFERED - this.#used);
      this.#buffer.set(ids.subarray(at, at + taken), this.#used);
      this.#used += taken;
      at += taken;
      if (this.#used === BUFFERED) this.#flush();
    }
  }

  /** Writes what is left and makes sure of it. */
  finish(): void {
    this.#flush();
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }

  #flush(): void {
    const { buffer, BYTES_PER_ELEMENT } = this.#buffer;
    const bytes = new Uint8Array(buffer, 0, this.#used * BYTES_PER_ELEMENT);
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
    } catch (cause) {
      throw diskFailure('write', this.#path, cause);
    }
    this.#used = 0;
  }
}
