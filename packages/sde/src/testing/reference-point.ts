import type { ArchitectureOptions } from '../model/architecture.js';

/** V0 of the tables in docs/theory.md, section 5. */
export const referenceV0 = Float64Array.of(1.3, 0.4, -0.2, 0.4, 0.8, 0.25, -0.2, 0.25, 1.1);

/** The coefficients of those tables; the width is free. */
export const referenceOptions: ArchitectureOptions = {
  tokens: 3,
  width: 64,
  depth: 1,
  gamma: 0.6,
  tau0: 0.9,
  cPlus: 0.5,
  cMinus: -1.2,
};

/** The covariance with ones on the diagonal and `rho` elsewhere. */
export function equicorrelated(tokens: number, rho: number): Float64Array {
  return Float64Array.from({ length: tokens * tokens }, (_, i) =>
    i % (tokens + 1) === 0 ? 1 : rho,
  );
}

/** A covariance of m tokens of uneven norm, full rank, without any symmetry. */
export function unevenCovariance(m: number): Float64Array {
  const X = Float64Array.from({ length: m * 2 * m }, (_, i) => Math.sin(1.7 * i * i + 0.3 * i + 1));
  const V = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) {
      for (let k = 0; k < 2 * m; k++) {
        V[a * m + b] += ((1 + a / m) * (1 + b / m) * X[a * 2 * m + k] * X[b * 2 * m + k]) / m;
      }
    }
  }
  return V;
}
