import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readEventFile } from '@shaped/harness/tensorboard';
import { SHAPED } from './repository.ts';

/** The files below a folder, as paths from it, in order. */
export function filesBelow(folder: string): string[] {
  return (
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      // What a command that runs has put away by now is no file.
      .filter((path) => statSync(join(folder, path), { throwIfNoEntry: false })?.isFile())
      .sort()
  );
}

/** The shape and values of a .npy file, format version 1.0, of little-endian float64. */
export function npy(path: string): { shape: number[]; data: Float64Array } {
  const bytes = readFileSync(path);
  if (bytes.toString('latin1', 0, 8) !== '\x93NUMPY\x01\0') throw new Error(`${path}: no .npy`);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, start);
  const match = /'descr': '<f8', 'fortran_order': False, 'shape': \(([\d, ]*)\)/.exec(header);
  if (match === null) throw new Error(`${path}: header ${header}`);
  const shape = match[1]
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  const data = new Float64Array(shape.reduce((product, length) => product * length, 1));
  if (bytes.length !== start + data.byteLength) throw new Error(`${path}: ${bytes.length} bytes`);
  new Uint8Array(data.buffer).set(bytes.subarray(start));
  return { shape, data };
}

/** The records of a JSON Lines file; every line must be complete. */
export function jsonl<T = Record<string, unknown>>(path: string): T[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  if (lines.pop() !== '') throw new Error(`${path}: the last line is cut off`);
  return lines.map((line) => JSON.parse(line) as T);
}

/** A JSON file. */
export const json = <T = Record<string, unknown>>(path: string) =>
  JSON.parse(readFileSync(path, 'utf8')) as T;

/** Reads a YAML file with the reader that the command itself uses. */
function yaml(path: string): void {
  const { parse } = createRequire(SHAPED)('yaml') as { parse: (text: string) => unknown };
  parse(readFileSync(path, 'utf8'));
}

/** Asserts that a model's weights are as many bytes as its `model.json` says. */
function weights(path: string): void {
  const { weightsManifest } = json<{
    weightsManifest: { weights: { shape: number[]; dtype: string }[] }[];
  }>(path.replace('weights.bin', 'model.json'));
  const all = weightsManifest.flatMap(({ weights: specs }) => specs);
  const count = all.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const { length } = readFileSync(path);
  if (length !== count * Float32Array.BYTES_PER_ELEMENT) throw new Error(`${length} bytes`);
}

/** Asserts that the files of a checkpoint are what its checksums say. */
function checksum(path: string): void {
  const folder = dirname(path);
  for (const line of readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trimEnd().split('\n')) {
    const [digest, name] = line.split('  ');
    const hash = createHash('sha256').update(readFileSync(join(folder, name)));
    if (hash.digest('hex') !== digest) throw new Error(`${name}: another checksum`);
  }
}

/** Reads one file of a run directory to its end; what a file is follows from its name. */
function readOne(path: string): void {
  if (path.endsWith('.jsonl')) jsonl(path);
  else if (path.endsWith('.json')) json(path);
  else if (path.endsWith('.npy')) npy(path);
  else if (path.endsWith('.yaml')) yaml(path);
  else if (path.includes('tfevents')) readEventFile(path);
  else if (path.endsWith('.html')) {
    if (!readFileSync(path, 'utf8').trimEnd().endsWith('</html>')) throw new Error('cut off');
  } else if (path.endsWith('model/weights.bin')) weights(path);
  else if (/checkpoints\/\w+\/(SHA256SUMS|\w+\.safetensors)$/.test(path)) checksum(path);
  else if (path.endsWith('.lock')) json(path);
  else throw new Error('a file of no known kind');
}

/** What is wrong with the files of a run directory: nothing, when every one is complete. */
export function damagedFiles(run: string): string[] {
  return filesBelow(run).flatMap((path) => {
    try {
      readOne(join(run, path));
      return [];
    } catch (error) {
      return [`${path}: ${(error as Error).message}`];
    }
  });
}
