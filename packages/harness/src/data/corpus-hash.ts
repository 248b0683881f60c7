import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Config } from '../config/index.js';
import type { StepName } from '../run/index.js';
import { CORPUS_NAMES } from './corpus/catalogue.js';
import { fileChunks } from './corpus/read-file.js';
import { unreadable, userFiles, type UserFile } from './corpus/user-files.js';
import { tokenizerKind } from './tokenizer/tokenizer-kind.js';

const hasOwnText = ({ data }: Config) => !CORPUS_NAMES.includes(data.corpus);
const hasOwnTokenizer = ({ data }: Config) => data.tokenizer.endsWith('.json');

/** Whether a step reads a text or tokenizer of the user's, which may change under the same name. */
export function readsOwnText(step: StepName, config: Config): boolean {
  const readsText = step !== 'map' || config.map.start === 'text';
  return readsText && (hasOwnText(config) || hasOwnTokenizer(config));
}

/** Hashes of files by what the file system says of them, while this process lives. */
const known = new Map<string, string>();

function hashOf({ path }: UserFile): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    const version = [path, ino, size, mtimeNs, ctimeNs].join(' ');
    let sha256 = known.get(version);
    if (sha256 === undefined) {
      const hash = createHash('sha256');
      for (const chunk of fileChunks(path)) hash.update(chunk);
      sha256 = hash.digest('hex');
      known.set(version, sha256);
    }
    return sha256;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/**
 * The hash of the user's own files that a step reads, text and tokenizer; empty where there are none.
 *
 * @throws Failure (exit code 2) when they cannot be read
 */
export function corpusHash(step: StepName, config: Config): string {
  if (!readsOwnText(step, config)) return '';
  const all = createHash('sha256');
  if (hasOwnText(config)) {
    for (const file of userFiles(config.data.corpus)) all.update(`${hashOf(file)}\n`);
  }
  if (hasOwnTokenizer(config)) all.update(tokenizerKind(config.data).fingerprint);
  return all.digest('hex');
}
