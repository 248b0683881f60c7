import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { checkCount, checkSample, type Sample } from './check-sample.js';
import { pool, squaredArea } from './energy-distance.js';

/** What an energy test found. */
export interface EnergyTestResult {
  /** The energy distance, see `energyDistance`. */
  statistic: number;
  /** `(1 + permutations at least as far apart) / (1 + permutations)`. */
  pValue: number;
  permutations: number;
}

/** How to test. */
export interface EnergyTestOptions {
  /** Defaults to 999: the smallest p-value is then 0.001. */
  permutations?: number;
  seed: number;
}

/**
 * The permutation test that two samples have one law, by their energy distance.
 *
 * Exact for exchangeable observations at any sample size, ties included, and sensitive to every kind
 * of difference. Deterministic in `seed`; each permutation has its own stream. O(n) a permutation.
 *
 * @throws RangeError for an empty sample, a value that is not finite, or a bad number of permutations
 */
export function energyTest(x: Sample, y: Sample, options: EnergyTestOptions): EnergyTestResult {
  checkSample('energyTest', 'x', x);
  checkSample('energyTest', 'y', y);
  const { permutations = 999, seed } = options;
  checkCount('energyTest', 'permutations', permutations);
  const [m, n] = [x.length, y.length];
  const { gaps, fromX } = pool(x, y);
  const observed = squaredArea(gaps, fromX, m, n);
  const key = foldIn(keyFromSeed(seed), 'energyTest');
  const labels = new Uint8Array(m + n);
  let extreme = 0;
  for (let b = 0; b < permutations; b++) {
    const stream = new Stream(key, b);
    // Selection sampling: each subset of m positions is equally likely, in one pass.
    let left = m;
    for (let k = 0; k < labels.length; k++) {
      labels[k] = left > 0 && stream.integer(labels.length - k) < left ? 1 : 0;
      left -= labels[k];
    }
    if (squaredArea(gaps, labels, m, n) >= observed) extreme++;
  }
  return {
    statistic: Math.sqrt(2 * observed),
    pValue: (1 + extreme) / (1 + permutations),
    permutations,
  };
}
