const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** High 32 bits of the 64-bit product of two unsigned 32-bit words, from 16-bit halves. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const cross = aHigh * bLow + (Math.imul(aLow, bLow) >>> 16);
  const carry = aLow * bHigh + (cross & 0xffff);
  return (aHigh * bHigh + Math.floor(cross / 65536) + Math.floor(carry / 65536)) >>> 0;
}

/**
 * Writes the four words of Philox 4x32-10 at one counter into `out`.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011);
 * known answers from its Random123 distribution are in the tests.
 */
export function philox4x32(
  out: Uint32Array,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
): void {
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(c0, MULTIPLIER_0);
    const low0 = Math.imul(c0, MULTIPLIER_0) >>> 0;
    const high1 = multiplyHigh(c2, MULTIPLIER_1);
    const low1 = Math.imul(c2, MULTIPLIER_1) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}
