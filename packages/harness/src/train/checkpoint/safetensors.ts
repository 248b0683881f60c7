import { Failure } from '../../failure.js';
import type { HostTensor, NamedTensors } from './named-tensors.js';

/** The length of the header stands in this many bytes before it. */
const LENGTH_BYTES = 8;

/** The header is padded with spaces so that the numbers begin at a multiple of this. */
const ALIGNMENT = 8;

/** The header may be no longer: the limit of the reference implementation. */
const LONGEST_HEADER = 100_000_000;

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/**
 * Tensors as the bytes of a safetensors file: the length of the header as a little-endian u64, the
 * header as JSON (`{name: {dtype, shape, data_offsets}}`), and the numbers, row-major and
 * little-endian, one tensor after the other without a gap.
 *
 * Source: the format's description, https://huggingface.co/docs/safetensors.
 *
 * @param metadata texts for the reader, `__metadata__` of the header
 * @throws Failure when a shape does not fit its data
 */
export function encodeSafetensors(
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>> = {},
): Buffer {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    if (sizeOf(shape) !== data.length) {
      throw new Failure(
        `encodeSafetensors: expected ${sizeOf(shape)} values for ${name} of shape [${shape.join(', ')}], got ${data.length}.`,
      );
    }
    header[name] = { dtype: 'F32', shape, data_offsets: [end, (end += data.byteLength)] };
  }
  const unpadded = Buffer.from(JSON.stringify(header), 'utf8');
  const padding = (ALIGNMENT - (unpadded.length % ALIGNMENT)) % ALIGNMENT;
  const start = LENGTH_BYTES + unpadded.length + padding;
  const bytes = Buffer.alloc(start + end, ' ');
  bytes.writeBigUInt64LE(BigInt(start - LENGTH_BYTES));
  unpadded.copy(bytes, LENGTH_BYTES);
  let at = start;
  for (const { data } of tensors.values()) {
    at += Buffer.from(data.buffer, data.byteOffset, data.byteLength).copy(bytes, at);
  }
  return bytes;
}

/**
 * The float32 tensors of a safetensors file, in the order of their data.
 *
 * @throws Failure when the bytes are no such file, or hold another type
 */
export function decodeSafetensors(bytes: Buffer): Map<string, HostTensor> {
  const refuse = (expected: string, got: string) =>
    new Failure(`decodeSafetensors: expected ${expected}, got ${got}. Use another copy.`);
  if (bytes.length < LENGTH_BYTES) throw refuse('a header', `${bytes.length} bytes`);
  const length = Number(bytes.readBigUInt64LE());
  const start = LENGTH_BYTES + length;
  if (length > LONGEST_HEADER || start > bytes.length) {
    throw refuse(`a header within ${bytes.length} bytes`, `one of ${length} bytes`);
  }
  const header = parseHeader(bytes.toString('utf8', LENGTH_BYTES, start));
  if (header === undefined) throw refuse('a header in JSON', 'other content');
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  const last = entries.at(-1)?.[1].data_offsets[1] ?? 0;
  if (start + last !== bytes.length) throw refuse(`${start + last} bytes`, `${bytes.length}`);
  const tensors = new Map<string, HostTensor>();
  let end = 0;
  for (const [name, { dtype, shape, data_offsets: offsets }] of entries) {
    if (dtype !== 'F32') throw refuse(`${name} in F32`, dtype);
    const size = sizeOf(shape) * Float32Array.BYTES_PER_ELEMENT;
    if (offsets[0] !== end || offsets[1] !== end + size) {
      throw refuse(`${name} at bytes ${end} to ${end + size}`, offsets.join(' to '));
    }
    const part = bytes.subarray(start + end, start + end + size);
    // A copy: its bytes need not stand at a multiple of four.
    tensors.set(name, { shape, data: new Float32Array(new Uint8Array(part).buffer) });
    end += size;
  }
  return tensors;
}

function parseHeader(text: string): Record<string, Entry> | undefined {
  try {
    const header: unknown = JSON.parse(text);
    if (typeof header !== 'object' || header === null) return undefined;
    const isComplete = Object.entries(header as Record<string, Partial<Entry>>).every(
      ([name, entry]) =>
        name === '__metadata__' ||
        (typeof entry.dtype === 'string' &&
          Array.isArray(entry.shape) &&
          entry.data_offsets?.length === 2),
    );
    return isComplete ? (header as Record<string, Entry>) : undefined;
  } catch {
    return undefined;
  }
}
