import { maskedCrc32c } from './crc32c.js';

/** Bytes a record adds to its data: length 8, its checksum 4, and the data's checksum 4. */
export const RECORD_OVERHEAD = 16;

const HEADER = 12;

/**
 * One record of an event file around the data.
 *
 * `uint64 length · uint32 maskedCrc32c(length) · data · uint32 maskedCrc32c(data)`, little-endian:
 * the TFRecord format.
 */
export function encodeRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + RECORD_OVERHEAD);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, HEADER);
  view.setUint32(HEADER + data.length, maskedCrc32c(data), true);
  return record;
}

/** The data of the complete records of a file, and where the complete part ends. */
export interface Records {
  data: Uint8Array[];
  /** Bytes read in complete records; fewer than the file's size when its last record is cut off. */
  complete: number;
}

/**
 * The complete records of an event file's bytes, as views of them.
 *
 * A record cut off at the end is left out: a process that was killed leaves one, and so does a file
 * that is being written.
 *
 * @throws Error when a checksum does not match, with the record's place
 */
export function decodeRecords(bytes: Uint8Array): Records {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: Uint8Array[] = [];
  let at = 0;
  while (at + HEADER <= bytes.length) {
    checkCrc('length', data.length, at, bytes.subarray(at, at + 8), view.getUint32(at + 8, true));
    const end = at + HEADER + Number(view.getBigUint64(at, true));
    if (end + 4 > bytes.length) break;
    const content = bytes.subarray(at + HEADER, end);
    checkCrc('data', data.length, at, content, view.getUint32(end, true));
    data.push(content);
    at = end + 4;
  }
  return { data, complete: at };
}

function checkCrc(
  part: string,
  index: number,
  at: number,
  content: Uint8Array,
  stored: number,
): void {
  const computed = maskedCrc32c(content);
  if (computed === stored) return;
  const hex = (crc: number) => `0x${crc.toString(16).padStart(8, '0')}`;
  throw new Error(
    `decodeRecords: expected the ${part} checksum ${hex(computed)} in record ${index} at byte ${at}, ` +
      `got ${hex(stored)}. The file is damaged there, or no event file; what was logged is also in ` +
      `the run's JSONL.`,
  );
}
