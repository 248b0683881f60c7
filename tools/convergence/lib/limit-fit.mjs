/**
 * The weighted least squares of `value = limit + α/√n + β/n` over `{ n, value, error }`: what is left
 * as n → ∞, with its standard error, and α with its own.
 *
 * @throws RangeError for fewer than three points
 */
export function limitFit(points) {
  if (points.length < 3) {
    throw new RangeError(
      `limitFit: expected three points or more, got ${points.length}. Measure more widths.`,
    );
  }
  const normal = Array.from({ length: 3 }, () => [0, 0, 0]);
  const right = [0, 0, 0];
  for (const { n, value, error } of points) {
    const x = [1, 1 / Math.sqrt(n), 1 / n].map((power) => power / error);
    for (let i = 0; i < 3; i++) {
      right[i] += (x[i] * value) / error;
      for (let j = 0; j < 3; j++) normal[i][j] += x[i] * x[j];
    }
  }
  const inverse = invert(normal);
  const [limit, alpha, beta] = inverse.map((row) =>
    row.reduce((sum, entry, j) => sum + entry * right[j], 0),
  );
  const error = (i) => Math.sqrt(inverse[i][i]);
  return { limit, limitError: error(0), alpha, alphaError: error(1), beta };
}

/** The inverse of a symmetric 3×3 matrix, by cofactors. */
function invert(M) {
  const minor = (i, j) => {
    const [a, b] = [0, 1, 2].filter((k) => k !== i);
    const [c, d] = [0, 1, 2].filter((k) => k !== j);
    return (M[a][c] * M[b][d] - M[a][d] * M[b][c]) * ((i + j) % 2 === 0 ? 1 : -1);
  };
  const determinant = M[0].reduce((sum, entry, j) => sum + entry * minor(0, j), 0);
  return M.map((_, i) => M.map((__, j) => minor(j, i) / determinant));
}
