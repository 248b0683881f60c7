import { writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { Failure } from '../../failure.js';
import { makeDirectory } from '../../run/make-directory.js';
import type { WheelArchive } from './wheel-archive.js';

const INCLUDE = 'tensorflow/include/';

/** The headers that the sources of the binding name. */
export function includedHeaders(source: string): string[] {
  return [...source.matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)].map(([, header]) => header);
}

/**
 * Takes out of a wheel the headers that sources include, and those that these include in turn, into
 * a folder. Following the includes serves every version, whose headers move about.
 *
 * @returns their names
 * @throws Failure when the wheel has none of them
 */
export function extractHeaders(
  wheel: WheelArchive,
  sources: readonly string[],
  folder: string,
): string[] {
  const found = new Set<string>();
  const queue = sources.flatMap(includedHeaders);
  for (let header = queue.pop(); header !== undefined; header = queue.pop()) {
    if (found.has(header) || !wheel.has(INCLUDE + header)) continue;
    found.add(header);
    const content = wheel.read(INCLUDE + header);
    makeDirectory(dirname(join(folder, header)));
    writeFileSync(join(folder, header), content);
    const beside = (own: string) => posix.join(posix.dirname(header), own);
    queue.push(...includedHeaders(content.toString()).flatMap((own) => [own, beside(own)]));
  }
  if (!found.has('tensorflow/c/c_api.h')) {
    throw new Failure(
      `extractHeaders: expected the headers of TensorFlow's C interface in ${wheel.path}, got none. Give a wheel of tensorflow or tensorflow-cpu.`,
    );
  }
  return [...found];
}
