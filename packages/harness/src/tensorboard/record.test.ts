import { describe, expect, test } from 'vitest';
import { decodeRecords, encodeRecord, RECORD_OVERHEAD } from './record.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const three = ['first', '', 'the third record'].map(bytes);
const file = Uint8Array.from(three.flatMap((data) => [...encodeRecord(data)]));

test('encodeRecord puts the length, little-endian, before the data', () => {
  const record = encodeRecord(bytes('123456789'));
  expect(record.length).toBe(9 + RECORD_OVERHEAD);
  expect([...record.subarray(0, 8)]).toEqual([9, 0, 0, 0, 0, 0, 0, 0]);
  expect(new TextDecoder().decode(record.subarray(12, 21))).toBe('123456789');
  // The masked checksum of '123456789', see crc32c.test.ts.
  expect(new DataView(record.buffer).getUint32(21, true)).toBe(0xc78ab0e5);
});

test('decodeRecords gives back what encodeRecord was given', () => {
  expect(decodeRecords(file)).toEqual({ data: three, complete: file.length });
});

test('decodeRecords reads a view into a larger buffer', () => {
  const larger = new Uint8Array(file.length + 7);
  larger.set(file, 7);
  expect(decodeRecords(larger.subarray(7)).data).toEqual(three);
});

test('decodeRecords leaves out a record that is cut off, wherever it is cut', () => {
  const ends = [0, 21, 37, file.length];
  for (let cut = 0; cut <= file.length; cut++) {
    const { data, complete } = decodeRecords(file.subarray(0, cut));
    expect(complete).toBe(Math.max(...ends.filter((end) => end <= cut)));
    expect(data.length).toBe(ends.indexOf(complete));
  }
});

describe('a changed byte', () => {
  test.each([
    ['length', 0],
    ['data', 12],
  ])('in the %s is an error that names it and its place', (part, offset) => {
    const damaged = file.slice();
    damaged[21 + 16 + offset] ^= 1;
    expect(() => decodeRecords(damaged)).toThrow(
      new RegExp(`^decodeRecords: expected the ${part} checksum .* in record 2 at byte 37, got`),
    );
  });
});
