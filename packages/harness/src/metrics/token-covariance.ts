import { assertFinite } from './non-finite-error.js';

/**
 * The covariance between tokens, [T, T] row-major and exactly symmetric.
 *
 * `V_ab = (1/D) Σ_i X_ai X_bi`, docs/theory.md section "Notation". The products are summed in
 * float64 whatever the precision of X, so V carries only the rounding that X already has.
 *
 * @param X token matrix, [T, D] row-major
 * @param tokens T
 * @param width D
 * @param out where to write V; a new array by default
 * @throws RangeError when the lengths do not fit
 * @throws NonFiniteError when an entry of X is not finite
 */
export function tokenCovariance(
  X: ArrayLike<number>,
  tokens: number,
  width: number,
  out: Float64Array = new Float64Array(tokens * tokens),
): Float64Array {
  if (X.length !== tokens * width || tokens < 1 || width < 1) {
    throw new RangeError(
      `tokenCovariance: expected X of ${tokens} tokens × width ${width} = ${tokens * width} numbers, got ${X.length}. Pass one sequence at a time.`,
    );
  }
  if (out.length !== tokens * tokens) {
    throw new RangeError(
      `tokenCovariance: expected out of length ${tokens * tokens}, got ${out.length}. Give tokens² numbers.`,
    );
  }
  assertFinite(X, 'tokenCovariance', 'tokens', width);
  for (let a = 0; a < tokens; a++) {
    const ra = a * width;
    let b = 0;
    // Four sums at once wait less for each other's additions.
    for (; b + 3 <= a; b += 4) {
      const rb = b * width;
      let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
      for (let i = 0; i < width; i++) {
        const x = X[ra + i];
        sum0 += x * X[rb + i];
        sum1 += x * X[rb + width + i];
        sum2 += x * X[rb + 2 * width + i];
        sum3 += x * X[rb + 3 * width + i];
      }
      const at = a * tokens + b;
      out[at] = sum0 / width;
      out[at + 1] = sum1 / width;
      out[at + 2] = sum2 / width;
      out[at + 3] = sum3 / width;
    }
    for (; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += X[ra + i] * X[b * width + i];
      out[a * tokens + b] = sum / width;
    }
    for (b = 0; b < a; b++) out[b * tokens + a] = out[a * tokens + b];
  }
  return out;
}
