import { centringMatrix, type Architecture } from '@shaped/sde';
import type { FateSummary } from './fate-summary.js';

/** A change between two numbers of tokens. */
export interface Change {
  change: number;
  standardError: number;
}

/** That fewer tokens were simulated than asked for, and what it changes. */
export interface TokenEffect {
  asked: number;
  simulated: number;
  /** Simulated beside them, at the same block. */
  halved: number;
  /**
   * What the tokens left out change, in units of what halving the simulated ones changes:
   * `(h(simulated) − h(asked)) / (h(halved) − h(simulated))`, h(m) the mean over queries of one over
   * their number of keys.
   */
  factor: number;
  /** The median ρ at the last layer, from `halved` to `simulated` tokens. */
  rho: Change;
  /** The risk, likewise. */
  risk: Change;
}

/** Standard errors from which a change counts. */
const NOTABLE = 2;

/** The mean over queries of 1/c_a: 1/m under a full mask, (1 + 1/2 + … + 1/m)/m under a causal one. */
export function meanInverseKeys({ mask }: Pick<Architecture, 'mask'>, tokens: number): number {
  const C = centringMatrix(mask, tokens);
  let sum = 0;
  for (let a = 0; a < tokens; a++) {
    for (let j = 0; j < tokens; j++) sum += C[a * tokens + j] ** 2;
  }
  return sum / tokens;
}

/**
 * What halving the simulated tokens changes, and the factor to the tokens left out.
 *
 * In the drift and noise of attention every sum over keys is divided by their number; a network
 * depends on its number of tokens through those quotients, to first order linearly in their mean.
 *
 * @param z the normal quantile of the confidence of the summaries' bounds
 */
export function tokenEffect(
  { mask, tokens: asked }: Pick<Architecture, 'mask' | 'tokens'>,
  [simulated, summary]: readonly [number, FateSummary],
  [halved, half]: readonly [number, FateSummary],
  z: number,
): TokenEffect {
  const h = (tokens: number) => meanInverseKeys({ mask }, tokens);
  const medianError = ({ rho }: FateSummary) => (rho.upper - rho.lower) / (2 * z);
  return {
    ...{ asked, simulated, halved },
    factor: (h(simulated) - h(asked)) / (h(halved) - h(simulated)),
    rho: {
      change: summary.rho.median - half.rho.median,
      standardError: Math.hypot(medianError(summary), medianError(half)),
    },
    risk: {
      change: summary.risk.probability - half.risk.probability,
      standardError: Math.hypot(summary.risk.standardError, half.risk.standardError),
    },
  };
}

/**
 * A summary whose upper bounds are moved by what the tokens left out may add: a rise that halving
 * shows beyond two standard errors, times the factor. A fall is not credited.
 */
export function withAllTokens<S extends Pick<FateSummary, 'rho' | 'risk'>>(
  summary: S,
  effect: TokenEffect | null,
): S {
  if (effect === null) return summary;
  const rise = ({ change, standardError }: Change) =>
    change > NOTABLE * standardError ? change * effect.factor : 0;
  const { risk, rho } = summary;
  return {
    ...summary,
    risk: { ...risk, upper: Math.min(1, risk.upper + rise(effect.risk)) },
    rho: { ...rho, upper: Math.min(1, rho.upper + rise(effect.rho)) },
  };
}
