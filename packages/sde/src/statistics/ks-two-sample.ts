import { ascending } from './ascending.js';
import { checkCount, checkProbability, checkSample, type Sample } from './check-sample.js';
import {
  EXACT_CELLS,
  exactCells,
  ksAsymptoticSurvival,
  ksCriticalDistance,
  ksExactSurvival,
} from './ks-law.js';

/** How p-values are computed; `auto` is exact as long as that takes about 20 ms. */
export type KsMethod = 'auto' | 'exact' | 'asymptotic';

/** What a two-sample Kolmogorov–Smirnov test found. */
export interface KsResult {
  /** The largest distance between the two empirical distribution functions. */
  statistic: number;
  pValue: number;
  /** The smallest distance that samples of these sizes reject at `alpha`; ∞ if none does. */
  detectable: number;
  alpha: number;
  method: 'exact' | 'asymptotic';
}

/** How to test. */
export interface KsOptions {
  /** Level for `detectable`. Defaults to 0.05. */
  alpha?: number;
  method?: KsMethod;
}

/**
 * The two-sample Kolmogorov–Smirnov test: distance, two-sided p-value, and the smallest distance
 * that could have been rejected.
 *
 * `D = sup |F_m − G_n|`. The p-value is exact for samples of moderate size, given the ties if there
 * are any, and the limit law's for larger ones. Values may be infinite (a path that never stopped).
 * Observations must be independent, within and between the samples.
 *
 * @throws RangeError for an empty sample, a NaN, or alpha outside (0, 1)
 */
export function ksTwoSample(x: Sample, y: Sample, options: KsOptions = {}): KsResult {
  const { alpha = 0.05, method = 'auto' } = options;
  checkSample('ksTwoSample', 'x', x, 1, true);
  checkSample('ksTwoSample', 'y', y, 1, true);
  checkProbability('ksTwoSample', 'alpha', alpha, true);
  const [m, n] = [x.length, y.length];
  const { gap, ends } = merge(ascending(x), ascending(y));
  const exact = useExact(method, m, n, gap, ends !== undefined);
  return {
    statistic: gap / (m * n),
    pValue: exact ? ksExactSurvival(m, n, gap, ends) : ksAsymptoticSurvival(m, n, gap),
    detectable: ksDetectable(m, n, alpha, method),
    alpha,
    method: exact ? 'exact' : 'asymptotic',
  };
}

/**
 * The smallest two-sample Kolmogorov–Smirnov distance that m and n observations without ties reject
 * at level alpha; ∞ if none does.
 *
 * @throws RangeError when m or n is not a positive integer or alpha is outside (0, 1)
 */
export function ksDetectable(
  m: number,
  n: number,
  alpha = 0.05,
  method: KsMethod = 'auto',
): number {
  checkCount('ksDetectable', 'm', m);
  checkCount('ksDetectable', 'n', n);
  checkProbability('ksDetectable', 'alpha', alpha, true);
  return ksCriticalDistance(m, n, alpha, (gap) =>
    useExact(method, m, n, gap, false)
      ? ksExactSurvival(m, n, gap)
      : ksAsymptoticSurvival(m, n, gap),
  );
}

function useExact(method: KsMethod, m: number, n: number, gap: number, tied: boolean): boolean {
  return method === 'exact' || (method === 'auto' && exactCells(m, n, gap, tied) <= EXACT_CELLS);
}

/** The distance times m n, an integer, and where groups of ties end if there are ties. */
function merge(x: Float64Array, y: Float64Array): { gap: number; ends?: Uint8Array } {
  const [m, n] = [x.length, y.length];
  const ends = new Uint8Array(m + n + 1);
  let [i, j, gap, groups] = [0, 0, 0, 0];
  while (i < m || j < n) {
    const value = j === n || (i < m && x[i] <= y[j]) ? x[i] : y[j];
    while (i < m && x[i] === value) i++;
    while (j < n && y[j] === value) j++;
    ends[i + j] = 1;
    groups++;
    gap = Math.max(gap, Math.abs(i * n - j * m));
  }
  return groups === m + n ? { gap } : { gap, ends };
}
