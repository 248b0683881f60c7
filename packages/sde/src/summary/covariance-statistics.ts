/**
 * A number read off a covariance V, `[m, m]` row-major, of m tokens; NaN where V does not define it.
 * V may be a view that lives until the next call: it must be neither kept nor written to.
 */
export type Statistic = (V: Float64Array, tokens: number) => number;

/**
 * The mean of the off-diagonal correlations, `Σ_{a≠b} ρ_ab/(m(m − 1))`: 1 when the rank has
 * collapsed. Undefined below two tokens, or where a token has zero norm.
 */
export const meanCorrelation: Statistic = (V, m) => {
  let sum = 0;
  for (let a = 0; a < m; a++) for (let b = 0; b < a; b++) sum += correlation(V, m, a, b);
  return sum / ((m * (m - 1)) / 2);
};

/** The mean over the tokens of log V_aa. Undefined where a token has zero norm. */
export const meanLogVariance: Statistic = (V, m) => {
  let sum = 0;
  for (let a = 0; a < m; a++) sum += Math.log(V[a * m + a]);
  return sum === -Infinity ? NaN : sum / m;
};

/** The mean over the tokens of V_aa, tr V/m: of the stopped process only, as E V does not exist. */
export const meanVariance: Statistic = (V, m) => {
  let sum = 0;
  for (let a = 0; a < m; a++) sum += V[a * m + a] / m;
  return sum;
};

/**
 * The participation ratio `(Σ λ_a)²/Σ λ_a² = (tr V)²/‖V‖_F²` of V's eigenvalues: the number of equal
 * ones with the same second moment, from 1 (all tokens on one line) to m. An effective rank at
 * O(m²), without eigenvalues. Undefined where every token is zero.
 */
export const participationRatio: Statistic = (V, m) => {
  // In units of the largest entry, so that squares neither overflow nor vanish.
  let largest = 0;
  for (let i = 0; i < m * m; i++) largest = Math.max(largest, Math.abs(V[i]));
  let trace = 0;
  let squares = 0;
  for (let i = 0; i < m * m; i++) {
    const x = V[i] / largest;
    squares += x * x;
    if (i % (m + 1) === 0) trace += x;
  }
  return (trace * trace) / squares;
};

/**
 * The statistic ρ_ab of two given tokens, from 0. Undefined where either has zero norm.
 *
 * @throws RangeError when called with tokens that V does not have
 */
export function pairCorrelation(a: number, b: number): Statistic {
  return (V, m) => {
    for (const token of [a, b]) checkToken('pairCorrelation', token, m);
    return correlation(V, m, a, b);
  };
}

/**
 * The statistic log V_aa of a given token, from 0. Undefined where it has zero norm.
 *
 * @throws RangeError when called with a token that V does not have
 */
export function logVariance(a: number): Statistic {
  return (V, m) => {
    checkToken('logVariance', a, m);
    const value = Math.log(V[a * m + a]);
    return value === -Infinity ? NaN : value;
  };
}

/** ρ_ab, clamped to [−1, 1] against rounding; NaN for a token of zero norm. */
function correlation(V: Float64Array, m: number, a: number, b: number): number {
  const norm = Math.sqrt(V[a * m + a]) * Math.sqrt(V[b * m + b]);
  if (!(norm > 0)) return NaN;
  return Math.max(-1, Math.min(1, V[a * m + b] / norm));
}

function checkToken(caller: string, token: number, m: number): void {
  if (Number.isInteger(token) && token >= 0 && token < m) return;
  throw new RangeError(
    `${caller}: expected a token in [0, ${m}), got ${token}. Tokens count from 0.`,
  );
}
