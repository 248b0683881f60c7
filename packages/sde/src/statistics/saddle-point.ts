const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** From here on five terms of Stirling's series leave less than 2e-16. */
const SERIES_FROM = 16;

/**
 * What Stirling's formula leaves out:
 * `ln Γ(n + 1) − (n + 1/2) ln n + n − ln(2π)/2`, for real n > 0.
 *
 * Source: C. Loader, Fast and accurate computation of binomial probabilities (2000). Below 16 the
 * recursion `δ(n) = δ(n + 1) + (n + 1/2) ln(1 + 1/n) − 1` climbs to the series.
 */
export function stirlingError(n: number): number {
  let climbed = 0;
  let k = n;
  for (; k < SERIES_FROM; k++) climbed += (k + 0.5) * Math.log1p(1 / k) - 1;
  const s = 1 / (k * k);
  return climbed + (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / k;
}

/**
 * The Poisson deviance `x ln(x/mean) + mean − x`, without cancellation where x is near the mean.
 * For x, mean > 0. Source: Loader (2000).
 */
export function deviance(x: number, mean: number): number {
  const difference = x - mean;
  // Beyond a tenth the closed form loses less than one digit; below it the series converges fast.
  if (Math.abs(difference) >= 0.1 * (x + mean)) return x * Math.log(x / mean) - difference;
  const v = difference / (x + mean);
  let sum = difference * v;
  let term = 2 * x * v;
  for (let odd = 3; ; odd += 2) {
    term *= v * v;
    const next = sum + term / odd;
    if (next === sum) return sum;
    sum = next;
  }
}

/** `ln Γ(n + 1)` for real n > 0. */
export function logFactorial(n: number): number {
  return stirlingError(n) + (n + 0.5) * Math.log(n) - n + HALF_LOG_TWO_PI;
}
