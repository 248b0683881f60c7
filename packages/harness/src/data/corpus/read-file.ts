import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { Failure } from '../../failure.js';
import type { TextFile } from './text-file.js';

/** Bytes that are read at a time. */
const CHUNK_BYTES = 2 ** 20;

/** The bytes of a file, chunk by chunk; each is valid until the next one is asked for. */
export function* fileChunks(path: string): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const bytes = readSync(file, buffer, 0, buffer.length, null);
      if (bytes === 0) return;
      yield buffer.subarray(0, bytes);
    }
  } finally {
    closeSync(file);
  }
}

/**
 * The text of a surveyed file, part by part, without byte order mark; no character is cut.
 *
 * @throws Failure when the file is no longer the one that was surveyed
 */
export function* fileText({ path, sha256 }: TextFile): Generator<string> {
  const hash = createHash('sha256');
  const decoder = new TextDecoder('utf-8');
  for (const chunk of fileChunks(path)) {
    hash.update(chunk);
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
  if (hash.digest('hex') !== sha256) {
    throw new Failure(
      `data.corpus: expected ${path} to stay as it is, got a change while it was read. Try again.`,
    );
  }
}
