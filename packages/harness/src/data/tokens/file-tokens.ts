import { fstatSync, openSync, readSync } from 'node:fs';
import { Failure } from '../../failure.js';
import { idArray } from './token-sink.js';
import type { Tokens } from './tokens.js';

/**
 * The ids of a file that `FileSink` wrote. Each reading takes what it was asked for from the disk, and
 * nothing else is in memory; the file stays open while the process lives.
 *
 * @param size ids are below it
 * @throws Failure when the file is missing or has another length
 */
export function fileTokens(path: string, length: number, size: number): Tokens {
  const Ids = idArray(size);
  const bytes = Ids.BYTES_PER_ELEMENT;
  const broken = (got: string, cause?: unknown) =>
    new Failure(
      `fileTokens: expected ${length * bytes} bytes in ${path}, got ${got}. Make it again: shaped data remove tokens`,
      undefined,
      { cause },
    );
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw broken(`${(cause as NodeJS.ErrnoException).code}`, cause);
  }
  const found = fstatSync(file).size;
  if (found !== length * bytes) throw broken(`${found}`);
  const read = (start: number, end: number) => {
    const ids = new Ids(end - start);
    const into = new Uint8Array(ids.buffer);
    let at = 0;
    while (at < into.length) {
      const more = readSync(file, into, at, into.length - at, start * bytes + at);
      if (more === 0) throw broken(`${start * bytes + at}`);
      at += more;
    }
    return ids instanceof Int32Array ? ids : Int32Array.from(ids);
  };
  return { length, read };
}
