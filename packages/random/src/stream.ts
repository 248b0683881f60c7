import type { Key } from './key.js';
import { philox4x32 } from './philox.js';

const TWO_PI = 2 * Math.PI;
const PATH_LIMIT = 2 ** 48;

/**
 * The random numbers of one (key, path, step): the same whatever was drawn before or beside it.
 *
 * The Philox counter is (block, step, path low, path high), so a stream never runs into another
 * one of the same key. Uniforms carry 53 bits, normals come from Box–Muller, chi-squared variates
 * from Marsaglia and Tsang (2000).
 */
export class Stream {
  readonly #key: Key;
  readonly #step: number;
  readonly #pathLow: number;
  readonly #pathHigh: number;
  readonly #words = new Uint32Array(4);
  #block = 0;
  #used = 4;
  #spare = NaN;

  /**
   * @param key the purpose, from `keyFromSeed` and `foldIn`
   * @param path index of the ensemble member, an integer in [0, 2^48)
   * @param step index of the layer or time step, an integer in [0, 2^32)
   * @throws RangeError when an index is out of range
   */
  constructor(key: Key, path = 0, step = 0) {
    if (!Number.isInteger(path) || path < 0 || path >= PATH_LIMIT) {
      throw new RangeError(`Stream: expected path to be an integer in [0, 2^48), got ${path}.`);
    }
    if (!Number.isInteger(step) || step < 0 || step >= 2 ** 32) {
      throw new RangeError(`Stream: expected step to be an integer in [0, 2^32), got ${step}.`);
    }
    this.#key = key;
    this.#step = step;
    this.#pathLow = path >>> 0;
    this.#pathHigh = Math.floor(path / 2 ** 32);
  }

  /** The next unsigned 32-bit word. */
  uint32(): number {
    if (this.#used === 4) this.#advance();
    return this.#words[this.#used++];
  }

  /** A uniform in the open interval (0, 1), from 53 bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67108864 + low + 0.5) / 9007199254740992;
  }

  /**
   * An integer in [0, bound), without modulo bias.
   *
   * @throws RangeError when `bound` is not an integer in [1, 2^32]
   */
  integer(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
      throw new RangeError(`integer: expected bound to be an integer in [1, 2^32], got ${bound}.`);
    }
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return word % bound;
  }

  /** A standard normal (Box–Muller; the second of each pair is kept for the next call). */
  normal(): number {
    if (!Number.isNaN(this.#spare)) {
      const spare = this.#spare;
      this.#spare = NaN;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    const angle = TWO_PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** A chi-squared variate with `df` > 0 degrees of freedom. */
  chiSquared(df: number): number {
    if (!(df > 0) || !Number.isFinite(df)) {
      throw new RangeError(`chiSquared: expected df to be positive and finite, got ${df}.`);
    }
    return 2 * this.#gamma(df / 2);
  }

  /** Fills `out` with independent normals of the given standard deviation and returns it. */
  fillNormal<T extends Float32Array | Float64Array>(out: T, standardDeviation = 1): T {
    for (let i = 0; i < out.length; i++) out[i] = standardDeviation * this.normal();
    return out;
  }

  /**
   * Fills `out` with normals of single precision, four to a Philox block: for weights, where
   * speed matters. Uniforms carry 32 bits, so values stay within ±6.77.
   */
  fillNormal32(out: Float32Array, standardDeviation = 1): Float32Array {
    const words = this.#words;
    for (let i = 0; i < out.length; i += 4) {
      this.#advance();
      for (let half = 0; half < 4; half += 2) {
        const at = i + half;
        if (at >= out.length) break;
        const u = (words[half] + 0.5) / 4294967296;
        const radius = standardDeviation * Math.sqrt(-2 * Math.log(u));
        const angle = (TWO_PI / 4294967296) * words[half + 1];
        out[at] = radius * Math.cos(angle);
        if (at + 1 < out.length) out[at + 1] = radius * Math.sin(angle);
      }
    }
    this.#used = 4;
    return out;
  }

  /** A uniformly random order of 0 … length − 1 (Fisher–Yates). */
  permutation(length: number): Uint32Array {
    const order = Uint32Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  #advance(): void {
    if (this.#block === 2 ** 32) {
      throw new RangeError('Stream: exhausted after 2^34 words. Fold another index into the key.');
    }
    philox4x32(
      this.#words,
      this.#block,
      this.#step,
      this.#pathLow,
      this.#pathHigh,
      this.#key[0],
      this.#key[1],
    );
    this.#block++;
    this.#used = 0;
  }

  /** A gamma variate of the given shape and scale 1. */
  #gamma(shape: number): number {
    if (shape < 1) return this.#gamma(shape + 1) * Math.pow(this.uniform(), 1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v <= 0) continue;
      if (Math.log(this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }
}
