/**
 * The exponent p of seconds ∝ mᵖ: the least-squares slope of log seconds against log m.
 *
 * @param {readonly (readonly [m: number, seconds: number])[]} points at least two
 */
export function growthExponent(points) {
  const logs = points.map(([m, seconds]) => [Math.log(m), Math.log(seconds)]);
  const mean = (k) => logs.reduce((sum, point) => sum + point[k], 0) / logs.length;
  const [x0, y0] = [mean(0), mean(1)];
  let [xy, xx] = [0, 0];
  for (const [x, y] of logs) {
    xy += (x - x0) * (y - y0);
    xx += (x - x0) ** 2;
  }
  if (!(xx > 0)) {
    throw new RangeError(
      `growthExponent: expected two sizes or more, got ${points.length}. Measure more of them.`,
    );
  }
  return xy / xx;
}
