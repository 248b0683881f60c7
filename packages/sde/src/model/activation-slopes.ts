import type { Architecture } from './architecture.js';

/** Slopes of `σ(x) = plus·max(x, 0) + minus·min(x, 0)` and the normaliser c of its second moment. */
export interface ActivationSlopes {
  readonly plus: number;
  readonly minus: number;
  readonly c: number;
}

/**
 * `s± = 1 + c±/√n` and `c(n) = 2/(s₊² + s₋²)` of an architecture's MLP at a width n (its own by
 * default); plain ReLU has `s₊ = 1, s₋ = 0, c = 2`.
 *
 * The exact c(n) is essential: with c = 1 the norms drift like √n. For the smooth activations, which
 * have no slopes, see `mlpActivation`.
 */
export function activationSlopes(arch: Architecture, width = arch.width): ActivationSlopes {
  const relu = arch.activation === 'relu';
  const plus = relu ? 1 : 1 + arch.cPlus / Math.sqrt(width);
  const minus = relu ? 0 : 1 + arch.cMinus / Math.sqrt(width);
  return { plus, minus, c: 2 / (plus * plus + minus * minus) };
}
