import type { Stream } from '@shaped/random';
import type { Architecture } from './architecture.js';

/**
 * A covariance SDE `dV = b(V) dt + Σ(V)^{1/2} dB` on the positive semidefinite m×m matrices, where
 * one layer of a width-n network is dt = 1/n. Matrices are row-major Float64Arrays.
 */
export interface SdeModel {
  /** Number of tokens m. */
  readonly tokens: number;
  /** The stochastic integral meant: the diffusion is evaluated before each step. */
  readonly calculus: 'ito';
  /** The noise depends on the state and does not commute: no cheap scheme of strong order 1. */
  readonly noiseType: 'general';
  /** What the model assumes and where it stops holding, in words. */
  readonly domain: string;
  /** What the model was made from, where it is one of this package's. */
  readonly architecture?: Architecture;
  /** b(V), `[m, m]`, symmetric. */
  drift(V: Float64Array, out?: Float64Array): Float64Array;
  /** The tensor `Σ^{ab,cd}`, `[m, m, m, m]`: O(m⁵) or more, for tests and tables. */
  diffusion(V: Float64Array): Float64Array;
  /** One draw of covariance Σ(V), `[m, m]`, symmetric, in O(m³): multiply it by √dt. */
  noise(V: Float64Array, stream: Pick<Stream, 'normal'>, out?: Float64Array): Float64Array;
}
