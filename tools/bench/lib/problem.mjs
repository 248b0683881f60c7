/** The architecture and initial covariance that every timed run shares: V0 has 1 and 0.2. */
export const PROBLEM = {
  tokens: 8,
  width: 200,
  depth: 150,
  gamma: Math.SQRT1_2 / 2,
  tau0: 1,
  cPlus: 0,
  cMinus: -1,
  variance0: 1,
  rho0: 0.2,
  /** Depth / width, in steps of dt = 0.01. */
  time: 0.75,
  steps: 75,
  /** r of the stopped process |V| ≤ r: far from any typical value, far from overflow. */
  stopAt: 1e6,
};

/** V0 of a problem, `[m, m]`: `variance0` on the diagonal, correlation `rho0` off it. */
export function initialCovariance({ tokens, variance0, rho0 }) {
  return Float64Array.from(
    { length: tokens * tokens },
    (_, i) => variance0 * (i % (tokens + 1) === 0 ? 1 : rho0),
  );
}
