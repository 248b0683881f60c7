import { describe, expect, it } from 'vitest';
import { gradientMetrics } from './gradient-metrics.js';
import { NonFiniteError } from './non-finite-error.js';

describe('gradientMetrics', () => {
  it('takes the norm over all weights, and over those of queries and of keys', () => {
    const metrics = gradientMetrics([
      { name: 'block/query/kernel', gradient: Float32Array.from([3, 4]) },
      { name: 'block/key/kernel', gradient: [0, 12] },
      { name: 'block/value/kernel', gradient: null },
    ]);
    expect(metrics).toEqual({ gradientNorm: 13, queryGradientNorm: 5, keyGradientNorm: 12 });
  });

  it('has no query or key norm where no weight has that part in its name', () => {
    const weights = [{ name: 'monkey/keys', gradient: [2] }];
    expect(gradientMetrics(weights)).toEqual({ gradientNorm: 2 });
    expect(gradientMetrics([])).toEqual({});
  });

  it('sums squares that float32 would lose', () => {
    const tiny = 2 ** -60;
    const { gradientNorm } = gradientMetrics([{ name: 'w', gradient: [tiny, tiny, tiny, tiny] }]);
    expect(gradientNorm).toBe(2 * tiny);
  });

  it('refuses an entry that is not finite and names the weight', () => {
    const weights = [{ name: 'block/query/kernel', gradient: [1, NaN] }];
    expect(() => gradientMetrics(weights)).toThrow(NonFiniteError);
    expect(() => gradientMetrics(weights)).toThrow('"block/query/kernel"');
  });
});
