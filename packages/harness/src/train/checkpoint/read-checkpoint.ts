import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Failure } from '../../failure.js';
import { diskFailure } from '../../run/index.js';
import {
  CHECKPOINT_FILES,
  CHECKPOINT_FORMAT,
  checkpointStep,
  CHECKSUMS,
  type Checkpoint,
  type CheckpointRecord,
} from './checkpoint.js';
import { decodeSafetensors } from './safetensors.js';
import { checksums } from './write-checkpoint.js';

/**
 * The checkpoint of a folder `step_<step>`, after every byte of it was held against its checksums.
 *
 * @throws Failure when anything in it is missing, damaged, swapped or of another format
 */
export function readCheckpoint(path: string): Checkpoint {
  const refuse = (what: string) =>
    new Failure(`readCheckpoint: expected a whole checkpoint, got ${what} in ${path}.`);
  const files = readFiles(path);
  const missing = [...CHECKPOINT_FILES, CHECKSUMS].filter((name) => files[name] === undefined);
  if (missing.length > 0) throw refuse(`no ${missing.join(', ')}`);
  if (files[CHECKSUMS].toString('latin1') !== checksums(files)) {
    throw refuse('content that does not match SHA256SUMS');
  }
  const record = JSON.parse(files['checkpoint.json'].toString('utf8')) as CheckpointRecord;
  if ((record.format as number) !== CHECKPOINT_FORMAT) {
    throw refuse(`format ${record.format}, where this version knows ${CHECKPOINT_FORMAT},`);
  }
  if (record.step !== checkpointStep(basename(path))) throw refuse(`that of step ${record.step}`);
  return {
    record,
    weights: decodeSafetensors(files['weights.safetensors']),
    optimizer: {
      updates: record.updates,
      tensors: decodeSafetensors(files['optimizer.safetensors']),
    },
  };
}

function readFiles(path: string): Record<string, Buffer> {
  try {
    const names = readdirSync(path).filter((name) => isOwn(name));
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(path, name))]));
  } catch (cause) {
    throw diskFailure('read', path, cause);
  }
}

function isOwn(name: string): boolean {
  return name === CHECKSUMS || (CHECKPOINT_FILES as readonly string[]).includes(name);
}
