import { keyFromSeed, Stream } from '@shaped/random';
import { gramMetrics } from '../../metrics/index.js';
import type { Band } from '../../predict/index.js';
import type { TrainingRecord } from '../training-records.js';

/** The training records of a network whose loss falls and whose tokens stay apart. */
export function fixtureTraining(): TrainingRecord[] {
  const stream = new Stream(keyFromSeed(5), 0);
  const records: TrainingRecord[] = [];
  for (let step = 1; step <= 120; step++) {
    records.push({
      step,
      kind: 'train',
      loss: 5 * Math.exp(-step / 80) + 3 + 0.1 * stream.normal(),
      learningRate: 2e-3,
      gradientNorm: 1 + 0.1 * stream.normal(),
    });
    if (step % 20 > 0 && step > 1) continue;
    const loss = 5 * Math.exp(-step / 80) + 3.1;
    records.push({ step, kind: 'validation', loss, perplexity: Math.exp(loss) });
    const ratios = Array.from({ length: 13 }, (_, layer) => 0.01 / (1 + layer));
    records.push({ step, kind: 'update', all: 0.003, layers: ratios, head: 0.002 });
    records.push({ step, kind: 'extremes', logit: 9 + step / 60, activation: ratios.map(() => 4) });
    if (step === 40) {
      const band = { metric: 'correlationMean', value: 0.24, low: 0.1, high: 0.23 } as const;
      records.push({ step, kind: 'departure', layer: 12, ...band });
    }
    for (let layer = 0; layer <= 12; layer++) {
      const metrics = gramMetrics([1 + step / 100, 0.02 * layer, 0.02 * layer, 1], 2);
      records.push({
        step,
        kind: 'layer',
        layer,
        metrics: { ...metrics, ...(layer > 0 ? { attentionEntropy: 1.2 - step / 500 } : {}) },
        ...(layer > 0
          ? {
              gamma1: [1 - 0.001 * step * layer * 0.1, 1],
              gamma2: [1 - 0.002 * step * layer * 0.1, 1],
            }
          : {}),
      });
    }
  }
  return records;
}

/** Bands of every layer around the correlations of such a training. */
export function fixtureBands(): Band[] {
  return Array.from({ length: 13 }, (_, layer) => {
    const q50 = 0.02 * layer;
    const quantiles = { q025: q50 - 0.07, q05: q50 - 0.05, q25: q50 - 0.02, q50 };
    const upper = { q75: q50 + 0.02, q95: q50 + 0.05, q975: q50 + 0.07 };
    return { layer, metric: 'correlationMean', count: 99, mean: q50, ...quantiles, ...upper };
  });
}
