/** Steps a value before giving up. Two are usual. */
const MAX_STEPS = 60;

/** A symmetric tridiagonal matrix: its diagonal, and `beside[a]` between rows a and a + 1. */
export interface Tridiagonal {
  diagonal: Float64Array;
  beside: Float64Array;
}

/**
 * The eigenvalues of a symmetric matrix in float64, unsorted: Householder reflections to a
 * tridiagonal matrix, then QL steps with implicit shifts (Golub and Van Loan, Matrix Computations,
 * sections 8.3.1 and 8.3.3), both without vectors. About 4/3 m³ multiplications.
 *
 * @param A symmetric, [m, m] row-major; only its lower triangle is used
 * @throws Error when the iteration does not converge (entries that are not finite)
 */
export function tridiagonalEigenvalues(A: ArrayLike<number>, m: number): Float64Array {
  let scale = 0;
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) scale = Math.max(scale, Math.abs(A[a * m + b]));
  }
  if (scale === 0) return new Float64Array(m);
  // Squares of the scaled entries neither over- nor underflow where it would matter; a power of two
  // changes no digit.
  scale = 2 ** Math.floor(Math.log2(scale));
  const S = new Float64Array(m * m);
  for (let a = 0; a < m; a++) for (let b = 0; b <= a; b++) S[a * m + b] = A[a * m + b] / scale;
  const values = eigenvaluesOf(tridiagonalize(S, m));
  for (let a = 0; a < m; a++) values[a] *= scale;
  return values;
}

/**
 * A tridiagonal matrix with the same eigenvalues; overwrites the lower triangle of S.
 *
 * From the last row to the first, `H = I − v vᵀ/h` turns the entries left of the diagonal into one,
 * and the rest becomes `H S H = S − v wᵀ − w vᵀ`, `w = p − (vᵀp/2h) v`, `p = S v/h`.
 */
export function tridiagonalize(S: Float64Array, m: number): Tridiagonal {
  const diagonal = new Float64Array(m);
  const beside = new Float64Array(m);
  const p = new Float64Array(m);
  for (let last = m - 1; last > 0; last--) {
    const v = S.subarray(last * m, last * m + last);
    diagonal[last] = S[last * m + last];
    let squares = 0;
    for (let k = 0; k < last; k++) squares += v[k] * v[k];
    const end = v[last - 1];
    if (squares - end * end <= 0) {
      beside[last - 1] = end;
      continue;
    }
    const length = end > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    const h = squares - end * length;
    v[last - 1] = end - length;
    beside[last - 1] = length;

    p.fill(0, 0, last);
    for (let a = 0; a < last; a++) {
      const row = a * m;
      const va = v[a];
      let sum = S[row + a] * va;
      for (let b = 0; b < a; b++) {
        sum += S[row + b] * v[b];
        p[b] += S[row + b] * va;
      }
      p[a] += sum;
    }
    let along = 0;
    for (let a = 0; a < last; a++) {
      p[a] /= h;
      along += p[a] * v[a];
    }
    along /= 2 * h;
    for (let a = 0; a < last; a++) p[a] -= along * v[a];
    for (let a = 0; a < last; a++) {
      const row = a * m;
      const [va, wa] = [v[a], p[a]];
      for (let b = 0; b <= a; b++) S[row + b] -= va * p[b] + wa * v[b];
    }
  }
  diagonal[0] = S[0];
  return { diagonal, beside };
}

/** Overwrites both parts of the matrix; the diagonal becomes the result. */
export function eigenvaluesOf({ diagonal: d, beside: e }: Tridiagonal): Float64Array {
  const m = d.length;
  for (let first = 0; first < m; first++) {
    for (let step = 0; ; step++) {
      const last = endOfPart(d, e, first);
      if (last === first) break;
      if (step === MAX_STEPS) {
        throw new Error(
          `tridiagonalEigenvalues: expected convergence within ${MAX_STEPS} steps a value, got none at m = ${m}. Check that every entry is finite.`,
        );
      }
      qlStep(d, e, first, last);
    }
  }
  return d;
}

/** The last row of the part that begins at `first` and is joined by entries that are not negligible. */
function endOfPart(d: Float64Array, e: Float64Array, first: number): number {
  let last = first;
  while (last < d.length - 1) {
    const size = Math.abs(d[last]) + Math.abs(d[last + 1]);
    if (Math.abs(e[last]) <= Number.EPSILON * size) break;
    last++;
  }
  return last;
}

/** One QL step on rows first to last, shifted by the eigenvalue of the first two that is nearer. */
function qlStep(d: Float64Array, e: Float64Array, first: number, last: number): void {
  const half = (d[first + 1] - d[first]) / (2 * e[first]);
  const root = Math.sqrt(half * half + 1);
  let g = d[last] - d[first] + e[first] / (half + (half < 0 ? -root : root));
  let [s, c, shift] = [1, 1, 0];
  for (let i = last - 1; i >= first; i--) {
    const f = s * e[i];
    const b = c * e[i];
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] -= shift;
      e[last] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    const difference = d[i + 1] - shift;
    const mixed = (d[i] - difference) * s + 2 * c * b;
    shift = s * mixed;
    d[i + 1] = difference + shift;
    g = c * mixed - b;
  }
  d[first] -= shift;
  e[first] = g;
  e[last] = 0;
}
