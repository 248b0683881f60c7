/** Below this the theta-function form converges in few terms, above it the alternating one. */
const FORMS_MEET = 1;

/**
 * P(K > λ) for Kolmogorov's limit law, `2 Σ_{k≥1} (−1)^{k−1} e^{−2k²λ²}`.
 *
 * For small λ the equal form `1 − (√(2π)/λ) Σ_{k≥1} e^{−(2k−1)²π²/(8λ²)}` is summed.
 */
export function kolmogorovSurvival(lambda: number): number {
  if (!(lambda > 0)) return 1;
  let sum = 0;
  if (lambda < FORMS_MEET) {
    for (let odd = 1; ; odd += 2) {
      const term = Math.exp(-((odd * Math.PI) ** 2) / (8 * lambda * lambda));
      if (term <= sum * Number.EPSILON) break;
      sum += term;
    }
    return Math.max(0, 1 - (Math.sqrt(2 * Math.PI) / lambda) * sum);
  }
  for (let k = 1; ; k++) {
    const term = Math.exp(-2 * k * k * lambda * lambda);
    sum += k % 2 === 1 ? term : -term;
    if (term <= sum * Number.EPSILON) break;
  }
  return Math.min(1, 2 * sum);
}
