import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import type { DropoutPlace } from '../network/index.js';

export interface DropoutDraw {
  /** The probability that a number is dropped, in [0, 1). */
  rate: number;
  seed: number;
  /** Updates made before this one. */
  step: number;
  /** The sequences of the batch that the mask is for. */
  first: number;
  count: number;
}

/**
 * A dropout mask `[count, …shape]`, flat: 0 with probability `rate`, else 1/(1 − rate).
 *
 * A function of (seed, step, place, sequence) and nothing else: the same on every backend, in every
 * part of a batch, and in a training that was resumed.
 *
 * A byte decides, and where its value straddles the probability (one in 256) a word of a second
 * stream: exact to 2⁻⁴⁰ at a fourth of the random words.
 */
export function drawDropout(
  { layer, tensor, shape }: DropoutPlace,
  { rate, seed, step, first, count }: DropoutDraw,
): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  const key = foldIn(keyFromSeed(seed), 'dropout', layer, tensor);
  const straddling = Math.floor(rate * 256);
  const dropBelow = (rate * 256 - straddling) * 2 ** 32;
  const kept = 1 / (1 - rate);
  const byByte = Float32Array.from({ length: 256 }, (_, byte) => (byte < straddling ? 0 : kept));
  const values = new Float32Array(count * size);
  for (let b = 0; b < count; b++) {
    const stream = new Stream(key, first + b, step);
    const ties = new Stream(foldIn(key, 'tie'), first + b, step);
    const end = (b + 1) * size;
    let word = 0;
    for (let i = b * size, bit = 32; i < end; i++, bit += 8) {
      if (bit === 32) {
        word = stream.uint32();
        bit = 0;
      }
      const byte = (word >>> bit) & 0xff;
      values[i] = byByte[byte];
      if (byte === straddling && ties.uint32() < dropBelow) values[i] = 0;
    }
  }
  return values;
}
