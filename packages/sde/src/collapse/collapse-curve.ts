import { correlationOf } from '../statistics/correlation-of.js';
import { offDiagonalMean } from '../statistics/off-diagonal-mean.js';

/** How a network's covariance and rank go with depth in a limit of infinite width. */
export interface CollapseCurve {
  readonly tokens: number;
  /** Layers of the records, ascending from 0; not whole numbers where an ODE is solved. */
  readonly layers: Float64Array;
  /** Mean covariance over the replicas, `[records, m, m]`. */
  readonly V: Float64Array;
  /** Mean over the replicas of the mean off-diagonal correlation, `[records]`. */
  readonly rho: Float64Array;
  /** Standard error of `rho` over the replicas; 0 for one, `[records]`. */
  readonly rhoError: Float64Array;
}

/**
 * The layer at which ρ first reaches a threshold, between records by linear interpolation; +∞ where
 * it never does.
 */
export function collapseLayer({ layers, rho }: CollapseCurve, threshold: number): number {
  const at = rho.findIndex((value) => value >= threshold);
  if (at < 0) return Infinity;
  if (at === 0) return layers[0];
  const share = (threshold - rho[at - 1]) / (rho[at] - rho[at - 1]);
  return layers[at - 1] + share * (layers[at] - layers[at - 1]);
}

/** The curve of replicas that each recorded V at the same layers, `[records, m, m]`. */
export function collapseCurve(
  tokens: number,
  layers: Float64Array,
  replicas: readonly Float64Array[],
): CollapseCurve {
  const m2 = tokens * tokens;
  const records = layers.length;
  const count = replicas.length;
  const V = new Float64Array(records * m2);
  const rho = new Float64Array(records);
  const rhoError = new Float64Array(records);
  const correlation = new Float64Array(m2);
  for (const path of replicas) for (let i = 0; i < V.length; i++) V[i] += path[i] / count;
  for (let record = 0; record < records; record++) {
    const values = replicas.map((path) =>
      offDiagonalMean(
        correlationOf(path.subarray(record * m2, (record + 1) * m2), tokens, correlation),
        tokens,
      ),
    );
    rho[record] = values.reduce((sum, x) => sum + x / count, 0);
    const squares = values.reduce((sum, x) => sum + (x - rho[record]) ** 2, 0);
    rhoError[record] = count > 1 ? Math.sqrt(squares / (count * (count - 1))) : 0;
  }
  return { tokens, layers, V, rho, rhoError };
}
