import { expect, test } from 'vitest';
import { crc32c, maskedCrc32c } from './crc32c.js';

const ascending = Uint8Array.from({ length: 32 }, (_, i) => i);

test.each([
  ['32 zero bytes', new Uint8Array(32), 0x8a9136aa],
  ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['0 to 31', ascending, 0x46dd794e],
  ['31 to 0', ascending.toReversed(), 0x113fdb5c],
])('crc32c gives the RFC 3720 value for %s', (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

test('crc32c gives the check value of the CRC-32C/iSCSI catalogue entry', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
});

test('crc32c of nothing is zero', () => {
  expect(crc32c(new Uint8Array())).toBe(0);
});

test('crc32c sees every single flipped bit', () => {
  const right = crc32c(ascending);
  for (let bit = 0; bit < 8 * ascending.length; bit++) {
    const flipped = ascending.slice();
    flipped[bit >> 3] ^= 1 << (bit & 7);
    expect(crc32c(flipped)).not.toBe(right);
  }
});

test('maskedCrc32c rotates by 15 and adds the constant, without a sign', () => {
  // crc 0 rotates to 0; 0xe3069283 rotates to 0x2507c60d, and 0x2507c60d + 0xa282ead8 = 0xc78ab0e5
  expect(maskedCrc32c(new Uint8Array())).toBe(0xa282ead8);
  expect(maskedCrc32c(new TextEncoder().encode('123456789'))).toBe(0xc78ab0e5);
});
