import { readFileSync } from 'node:fs';
import { Failure } from '../failure.js';
import { atomicWrite, diskFailure } from './atomic-write.js';

/** A dense array: values in C order and their shape. */
export interface NdArray {
  shape: number[];
  data: Float64Array;
}

const MAGIC = '\x93NUMPY\x01\x00';
const ALIGNMENT = 64;

/**
 * Writes a float64 array in NumPy's .npy format, version 1.0 (NEP 1): readable by `numpy.load`.
 *
 * @throws Failure when the shape does not fit the data or the disk refuses
 */
export function writeNpy(path: string, { shape, data }: NdArray): void {
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length) {
    throw new Failure(
      `writeNpy: expected ${size} values for shape [${shape.join(', ')}], got ${data.length}.`,
    );
  }
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const dictionary = `{'descr': '<f8', 'fortran_order': False, 'shape': ${tuple}, }`;
  const unpadded = MAGIC.length + 2 + dictionary.length + 1;
  const padding = (ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT;
  const header = dictionary + ' '.repeat(padding) + '\n';
  const bytes = Buffer.alloc(MAGIC.length + 2 + header.length + data.byteLength);
  bytes.write(MAGIC, 0, 'latin1');
  bytes.writeUInt16LE(header.length, MAGIC.length);
  bytes.write(header, MAGIC.length + 2, 'latin1');
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).copy(
    bytes,
    MAGIC.length + 2 + header.length,
  );
  atomicWrite(path, bytes);
}

/**
 * Reads an array that `writeNpy` or NumPy wrote (float64, C order).
 *
 * @throws Failure when the file is missing, truncated or of another kind
 */
export function readNpy(path: string): NdArray {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw diskFailure('read', path, cause);
  }
  const damaged = (what: string) =>
    new Failure(
      `readNpy: expected a float64 .npy file in C order, got ${what} in ${path}. Make it again.`,
    );
  if (bytes.length < 10 || bytes.toString('latin1', 0, 8) !== MAGIC) throw damaged('other content');
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, start);
  const shape = /'descr': '<f8'.*'fortran_order': False.*'shape': \(([\d, ]*)\)/.exec(header)?.[1];
  if (shape === undefined) throw damaged('another type or order');
  const lengths = shape
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  const size = lengths.reduce((product, length) => product * length, 1);
  if (bytes.length !== start + 8 * size) throw damaged('a truncated file');
  const data = new Float64Array(size);
  Buffer.from(data.buffer).set(bytes.subarray(start));
  return { shape: lengths, data };
}
