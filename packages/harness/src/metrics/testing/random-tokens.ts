import { keyFromSeed, Stream } from '@shaped/random';

/** A seeded [tokens, width] matrix of standard normals. */
export function randomTokens(tokens: number, width: number, seed: number): Float64Array {
  return new Stream(keyFromSeed(seed)).fillNormal(new Float64Array(tokens * width));
}

/** A seeded orthogonal [n, n] matrix: Gram–Schmidt on Gaussian rows, twice against rounding. */
export function randomRotation(n: number, seed: number): Float64Array {
  const Q = randomTokens(n, n, seed);
  for (let a = 0; a < n; a++) {
    const row = Q.subarray(a * n, (a + 1) * n);
    for (let pass = 0; pass < 2; pass++) {
      for (let b = 0; b < a; b++) {
        const other = Q.subarray(b * n, (b + 1) * n);
        const dot = row.reduce((sum, value, i) => sum + value * other[i], 0);
        for (let i = 0; i < n; i++) row[i] -= dot * other[i];
      }
    }
    const norm = Math.hypot(...row);
    for (let i = 0; i < n; i++) row[i] /= norm;
  }
  return Q;
}

/** A B for row-major [m, k] and [k, n]. */
export function multiply(
  A: ArrayLike<number>,
  B: ArrayLike<number>,
  m: number,
  k: number,
  n: number,
): Float64Array {
  const C = new Float64Array(m * n);
  for (let a = 0; a < m; a++) {
    for (let j = 0; j < k; j++) {
      for (let b = 0; b < n; b++) C[a * n + b] += A[a * k + j] * B[j * n + b];
    }
  }
  return C;
}
