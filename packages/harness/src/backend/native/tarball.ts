import { gunzipSync } from 'node:zlib';
import { Failure } from '../../failure.js';

const BLOCK = 512;
const FILE_TYPES = ['0', '\0'];

const text = (block: Buffer, start: number, bytes: number) =>
  block.toString('utf8', start, start + bytes).split('\0', 1)[0];

/**
 * The files of a package archive by their path inside the package: a gzipped tar archive with
 * everything below one folder.
 *
 * @param root that folder; npm's is `package`
 * @throws Failure when it is none
 */
export function readTarball(
  what: string,
  archive: Uint8Array,
  root = 'package',
): Map<string, Buffer> {
  let tar: Buffer;
  try {
    tar = gunzipSync(archive);
  } catch (cause) {
    throw new Failure(
      `readTarball: expected ${what} to be a gzipped archive, got other content. Download it again.`,
      undefined,
      { cause },
    );
  }
  const files = new Map<string, Buffer>();
  for (let at = 0; at + BLOCK <= tar.length;) {
    const header = tar.subarray(at, at + BLOCK);
    const name = text(header, 0, 100);
    const bytes = parseInt(text(header, 124, 12), 8) || 0;
    const prefix = text(header, 345, 155);
    const path = prefix === '' ? name : `${prefix}/${name}`;
    const content = tar.subarray(at + BLOCK, at + BLOCK + bytes);
    if (FILE_TYPES.includes(text(header, 156, 1) || '\0') && path.startsWith(`${root}/`)) {
      files.set(path.slice(root.length + 1), content);
    }
    at += BLOCK + Math.ceil(bytes / BLOCK) * BLOCK;
  }
  return files;
}
