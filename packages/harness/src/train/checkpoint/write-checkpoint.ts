import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { diskFailure, syncFolder, writeDurably } from '../../run/index.js';
import { CHECKPOINT_FILES, checkpointName, CHECKSUMS, type Checkpoint } from './checkpoint.js';
import { encodeSafetensors } from './safetensors.js';

/** The content of `SHA256SUMS`. */
export function checksums(files: Readonly<Record<string, Uint8Array>>): string {
  return CHECKPOINT_FILES.map((name) => {
    const digest = createHash('sha256').update(files[name]).digest('hex');
    return `${digest}  ${name}\n`;
  }).join('');
}

/**
 * Writes a checkpoint into `folder`, which must be there, as `step_<step>`. It is made in a temporary
 * folder, its checksums last, brought to the disk, and then renamed: whoever sees it sees all of it,
 * after a kill and after a loss of power.
 *
 * @throws Failure when the disk refuses; what was there before is as it was
 */
export function writeCheckpoint(folder: string, { record, weights, optimizer }: Checkpoint): void {
  const name = checkpointName(record.step);
  const path = join(folder, name);
  const [temporary, replaced] = ['tmp', 'old'].map((end) => join(folder, `.${name}.${end}`));
  const metadata = { format: `shaped checkpoint ${record.format}`, step: String(record.step) };
  const files = {
    'weights.safetensors': encodeSafetensors(weights, metadata),
    'optimizer.safetensors': encodeSafetensors(optimizer.tensors, metadata),
    'checkpoint.json': Buffer.from(`${JSON.stringify(record, null, 2)}\n`, 'utf8'),
  };
  try {
    rmSync(temporary, { recursive: true, force: true });
    // Not with those above it: where the run directory is gone, a part of it must not come back.
    mkdirSync(temporary);
    for (const [file, bytes] of Object.entries(files)) writeDurably(join(temporary, file), bytes);
    writeDurably(join(temporary, CHECKSUMS), Buffer.from(checksums(files), 'utf8'));
    syncFolder(temporary);
    if (existsSync(path)) renameSync(path, replaced);
    renameSync(temporary, path);
    syncFolder(folder);
    rmSync(replaced, { recursive: true, force: true });
  } catch (cause) {
    removeQuietly(temporary);
    throw diskFailure('write', path, cause);
  }
}

/** A disk that refuses to write may refuse this too; the first refusal is the one to be told of. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // The next training removes it.
  }
}
