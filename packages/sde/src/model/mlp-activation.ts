import { activationSlopes } from './activation-slopes.js';
import type { Architecture } from './architecture.js';
import { gaussianMean } from './gaussian-mean.js';
import { smoothFunctions } from './smooth-function.js';

/** An MLP's activation at one width. */
export interface MlpActivation {
  /** σ of a pre-activation. */
  readonly value: (u: number) => number;
  /** Replaces every pre-activation by its σ. */
  readonly apply: (u: Float64Array) => void;
  /** The normaliser c = 1/E[σ(g)²], g standard normal. */
  readonly c: number;
}

/**
 * The activation of an architecture's MLP at a width n (its own by default), with its exact
 * normaliser:
 * - ReLUs: `s₊ max(u, 0) + s₋ min(u, 0)`, `c = 2/(s₊² + s₋²)`; see `activationSlopes`;
 * - 'shapedSmooth': `s σ̄(u/s)`, `s = a √n`, c by quadrature to about 1e-14.
 *
 * Source: docs/theory.md, sections 1 and 2 (Li, Nica, Roy 2022, arXiv 2206.02768).
 *
 * @throws RangeError when the architecture has no MLP
 */
export function mlpActivation(arch: Architecture, width = arch.width): MlpActivation {
  if (arch.activation === 'none') {
    throw new RangeError(
      "mlpActivation: expected an activation, got 'none'. Choose 'shapedRelu', 'shapedSmooth' or 'relu'.",
    );
  }
  if (arch.activation === 'shapedSmooth') {
    const s = arch.a * Math.sqrt(width);
    const { value: sigma } = smoothFunctions[arch.smooth];
    const value = (u: number) => s * sigma(u / s);
    return {
      value,
      apply(u) {
        for (let i = 0; i < u.length; i++) u[i] = s * sigma(u[i] / s);
      },
      c: 1 / gaussianMean((g) => value(g) ** 2),
    };
  }
  const { plus, minus, c } = activationSlopes(arch, width);
  const mean = (plus + minus) / 2;
  const half = (plus - minus) / 2;
  // Without a branch on a random sign, which processors mispredict half the time.
  const value = (u: number) => mean * u + half * Math.abs(u);
  return {
    value,
    apply(u) {
      for (let i = 0; i < u.length; i++) u[i] = mean * u[i] + half * Math.abs(u[i]);
    },
    c,
  };
}
