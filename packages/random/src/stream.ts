import { exp, log } from './elementary.js';
import { gammaFrom } from './gamma.js';
import type { Key } from './key.js';
import { philox4x32 } from './philox.js';
import { moreWords, type Words } from './words.js';
import { normalFrom, normalFrom32, uniformFrom } from './ziggurat.js';

const PATH_LIMIT = 2 ** 48;
const BLOCK_LIMIT = 2 ** 30;

/**
 * The random numbers of one (key, path, step): the same whatever was drawn before or beside it, and
 * the same bits on every engine.
 *
 * The Philox counter is (block, step, path low, path high), so a stream never runs into another
 * one of the same key. Uniforms carry 53 bits; normals come from a ziggurat,
 * chi-squared variates from Marsaglia and Tsang (2000). Each kind of draw takes a fixed number of
 * words; what a rejection needs comes from a sub-stream of that draw.
 */
export class Stream {
  readonly #key: Key;
  readonly #step: number;
  readonly #pathLow: number;
  readonly #pathHigh: number;
  readonly #words = new Uint32Array(4);
  #block = 0;
  #used = 4;

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

  /** A uniform in (0, 1], from 53 bits: two words. */
  uniform(): number {
    const first = this.uint32();
    return uniformFrom(first, this.uint32());
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

  /** A standard normal: two words. */
  normal(): number {
    const draw = this.#position();
    const low = this.uint32();
    return normalFrom(low, this.uint32(), () => this.#more(draw));
  }

  /**
   * A chi-squared variate with `df` > 0 degrees of freedom: four words, six when df < 2.
   *
   * @throws RangeError when `df` is not positive and finite
   */
  chiSquared(df: number): number {
    if (!(df > 0) || !Number.isFinite(df)) {
      throw new RangeError(`chiSquared: expected df to be positive and finite, got ${df}.`);
    }
    const shape = df / 2;
    const x = this.normal();
    const draw = this.#position();
    const u = this.uniform();
    const gamma = gammaFrom(shape < 1 ? shape + 1 : shape, x, u, () => this.#more(draw));
    // Of shape below 1, from that of shape + 1: Γ(k) = Γ(k + 1) U^{1/k} in law.
    return 2 * (shape < 1 ? gamma * exp(Math.max(-700, log(this.uniform()) / shape)) : gamma);
  }

  /** Fills `out` with independent normals of the given standard deviation and returns it. */
  fillNormal<T extends Float32Array | Float64Array>(out: T, standardDeviation = 1): T {
    for (let i = 0; i < out.length; i++) out[i] = standardDeviation * this.normal();
    return out;
  }

  /**
   * Fills `out` with normals of single precision, one to a word, from the next block on: where there
   * are many, as weights, and speed matters. Steps are at most 2e-6.
   */
  fillNormal32<T extends Float32Array | Float64Array>(out: T, standardDeviation = 1): T {
    this.#used = 4;
    for (let i = 0; i < out.length; i++) {
      const draw = this.#position();
      out[i] = standardDeviation * normalFrom32(this.uint32(), () => this.#more(draw));
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

  /** Index of the next word. */
  #position(): number {
    return 4 * this.#block - (4 - this.#used);
  }

  #more(draw: number): Words {
    return moreWords({
      draw,
      step: this.#step,
      pathLow: this.#pathLow,
      pathHigh: this.#pathHigh,
      key: this.#key,
    });
  }

  #advance(): void {
    if (this.#block === BLOCK_LIMIT) {
      throw new RangeError('Stream: exhausted after 2^32 words. Fold another index into the key.');
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
}
