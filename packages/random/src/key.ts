import { philox4x32 } from './philox.js';

/** A 64-bit key as two unsigned 32-bit words. One key stands for one purpose. */
export type Key = readonly [number, number];

/** The words that a number or a name contributes to a derived key. */
function wordsOf(data: number | string): [number, number, number] {
  if (typeof data !== 'string') {
    if (!Number.isSafeInteger(data)) {
      throw new RangeError(
        `foldIn: expected a safe integer or a string, got ${String(data)}. Round it, or name the purpose in words.`,
      );
    }
    const low = data >>> 0;
    return [low, Math.floor((data - low) / 2 ** 32) >>> 0, 0];
  }
  // Two FNV-1a hashes with different offsets: 64 bits of the name.
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < data.length; i++) {
    const code = data.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193) >>> 0;
    b = Math.imul(b ^ (code + 0x5bd1), 0x01000193) >>> 0;
  }
  return [a, b, 1 + data.length];
}

/**
 * The key of a purpose below `key`: a pure function of both, so that a tree of purposes
 * ("network" → 17 → "values") needs no shared state.
 *
 * @throws RangeError when a number is not a safe integer.
 */
export function foldIn(key: Key, ...purposes: (number | string)[]): Key {
  const words = new Uint32Array(4);
  let [k0, k1] = key;
  for (const purpose of purposes) {
    const [d0, d1, kind] = wordsOf(purpose);
    // The fourth counter word keeps derivation apart from the streams, which stay below it.
    philox4x32(words, d0, d1, kind, 0xffffffff, k0, k1);
    k0 = words[0];
    k1 = words[1];
  }
  return [k0, k1];
}

/**
 * The root key of a seed.
 *
 * @throws RangeError when the seed is not a safe integer.
 */
export function keyFromSeed(seed: number): Key {
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(
      `keyFromSeed: expected the seed to be a safe integer, got ${String(seed)}. Give a whole number, such as 0.`,
    );
  }
  return foldIn([0, 0], 'seed', seed);
}

/**
 * A seed derived from `seed` for a named purpose: a non-negative safe integer, for places that
 * carry seeds as numbers (layer configurations, files).
 *
 * @throws RangeError when a number is not a safe integer.
 */
export function deriveSeed(seed: number, ...purposes: (number | string)[]): number {
  const [low, high] = foldIn(keyFromSeed(seed), ...purposes);
  return (high & 0x1fffff) * 2 ** 32 + low;
}
