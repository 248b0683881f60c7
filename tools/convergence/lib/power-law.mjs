/** Exponents tried. */
const [LOWEST, HIGHEST] = [0, 3];
const STEP = 1e-3;

/** Growth of χ² at which an exponent leaves the 95 % interval. */
const CHI_SQUARED_95 = 3.841;

/**
 * The weighted least squares of `value = A n^{−p}` over `{ n, value, error }`: exponent with its 95 %
 * interval (the profile of χ²), amplitude, χ², degrees of freedom, and `significance`, √ of what χ²
 * gains over no law at all. The interval reaches the ends of [0, 3] where the data do not bound p.
 *
 * @throws RangeError for fewer than three points: two fit any exponent
 */
export function powerLaw(points) {
  if (points.length < 3) {
    throw new RangeError(
      `powerLaw: expected three points or more, got ${points.length}. Measure more widths.`,
    );
  }
  const profile = [];
  for (let p = LOWEST; p <= HIGHEST + STEP / 2; p += STEP) profile.push(fitAt(points, p));
  const best = profile.reduce((a, b) => (b.chiSquared < a.chiSquared ? b : a));
  const inside = profile.filter((fit) => fit.chiSquared <= best.chiSquared + CHI_SQUARED_95);
  const nothing = points.reduce((sum, { value, error }) => sum + (value / error) ** 2, 0);
  return {
    ...best,
    low: inside[0].exponent,
    high: inside[inside.length - 1].exponent,
    degreesOfFreedom: points.length - 2,
    significance: Math.sqrt(Math.max(0, nothing - best.chiSquared)),
  };
}

function fitAt(points, exponent) {
  let [xx, xy, yy] = [0, 0, 0];
  for (const { n, value, error } of points) {
    const x = n ** -exponent / error;
    const y = value / error;
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  return { exponent, amplitude: xy / xx, chiSquared: yy - (xy * xy) / xx };
}
