import { checkCount } from './check-sample.js';

/**
 * The correlation matrix of a covariance matrix: `ρ_ab = V_ab / √(V_aa V_bb)`, exactly 1 on the
 * diagonal and clamped to [−1, 1] against rounding.
 *
 * @param V symmetric m×m, row-major; may be a view into a larger array
 * @param out where to write; may be V itself
 * @throws RangeError when V or out does not hold m² numbers, or a diagonal entry is not positive
 */
export function correlationOf(
  V: Float64Array,
  m: number,
  out: Float64Array = new Float64Array(m * m),
): Float64Array {
  checkCount('correlationOf', 'm', m);
  for (const [name, matrix] of [
    ['V', V],
    ['out', out],
  ] as const) {
    if (matrix.length !== m * m) {
      throw new RangeError(
        `correlationOf: expected ${name} to hold ${m}×${m} = ${m * m} numbers, got ${matrix.length}. Pass the view of one matrix.`,
      );
    }
  }
  const scale = new Float64Array(m);
  for (let a = 0; a < m; a++) {
    const variance = V[a * m + a];
    if (!(variance > 0 && variance < Infinity)) {
      throw new RangeError(
        `correlationOf: expected a positive, finite diagonal, got V[${a}][${a}] = ${variance}. A token of zero norm has no correlation; leave it out.`,
      );
    }
    scale[a] = 1 / Math.sqrt(variance);
  }
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) {
      const at = a * m + b;
      const rho = V[at] * scale[a] * scale[b];
      out[at] = a === b ? 1 : Math.max(-1, Math.min(1, rho));
    }
  }
  return out;
}
