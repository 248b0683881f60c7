import type { FateSummary } from './fate-summary.js';

/** A number with its standard error. */
export interface Estimate {
  value: number;
  standardError: number;
}

/** That fewer tokens were simulated than asked for, and what it changes. */
export interface TokenEffect {
  asked: number;
  simulated: number;
  /** Simulated beside them, at the same block. */
  halved: number;
  /** The median ρ at the last layer with half the simulated tokens. */
  rhoHalved: Estimate;
  /** The risk, likewise. */
  riskHalved: Estimate;
  /** The median ρ at the last layer expected with all tokens; see {@link tokenEffect}. */
  rho: Estimate;
  /** The risk, likewise. */
  risk: Estimate;
}

/** `q + f (q − h)` for independent q and h. */
function extrapolate(q: Estimate, h: Estimate, f: number, least: number): Estimate {
  return {
    value: Math.min(1, Math.max(least, q.value + f * (q.value - h.value))),
    standardError: Math.hypot((1 + f) * q.standardError, f * h.standardError),
  };
}

/**
 * What halving the simulated tokens changes, and what is expected of all tokens: a straight line in
 * log m through the two, `q(asked) = q(m) + f (q(m) − q(m/2))` with f = log2(asked/m).
 *
 * A mean over tokens depends on m by sums over keys divided by their number, a + b/m, for which the
 * line is too steep; the largest |V| of m tokens grows with log m. docs/decisions/least-shaping.md
 * has the measurements.
 *
 * @param z the normal quantile of the confidence of the summaries' bounds
 */
export function tokenEffect(
  asked: number,
  [simulated, summary]: readonly [number, FateSummary],
  [halved, half]: readonly [number, FateSummary],
  z: number,
): TokenEffect {
  const f = Math.log(asked / simulated) / Math.log(simulated / halved);
  const rhoOf = ({ rho }: FateSummary): Estimate => ({
    value: rho.median,
    standardError: (rho.upper - rho.lower) / (2 * z),
  });
  const riskOf = ({ risk }: FateSummary): Estimate => ({
    value: risk.probability,
    standardError: risk.standardError,
  });
  return {
    ...{ asked, simulated, halved },
    ...{ rhoHalved: rhoOf(half), riskHalved: riskOf(half) },
    rho: extrapolate(rhoOf(summary), rhoOf(half), f, -1),
    risk: extrapolate(riskOf(summary), riskOf(half), f, 0),
  };
}

/**
 * A summary whose upper bounds are those of all tokens where a rise is expected: the value expected, plus
 * z standard errors. A fall is not credited.
 */
export function withAllTokens<S extends Pick<FateSummary, 'rho' | 'risk'>>(
  summary: S,
  effect: TokenEffect | null,
  z: number,
): S {
  if (effect === null) return summary;
  const bound = (now: number, { value, standardError }: Estimate) =>
    value > now ? Math.min(1, value + z * standardError) : -1;
  const { risk, rho } = summary;
  return {
    ...summary,
    risk: { ...risk, upper: Math.max(risk.upper, bound(risk.probability, effect.risk)) },
    rho: { ...rho, upper: Math.max(rho.upper, bound(rho.median, effect.rho)) },
  };
}
