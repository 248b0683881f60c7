import { describe, expect, it } from 'vitest';
import type { SweepGroup, SweepSummary } from '../../sweep/index.js';
import { draw } from '../testing/draw.js';
import { markCount } from '../testing/vega-svg.js';
import { sweepFigures } from '../run-sweep-report.js';
import { sweepMetric } from './sweep-metric.js';

const METRIC = 'train.validationLoss';

const group = (settings: SweepGroup['settings'], mean: number, count = 3): SweepGroup => ({
  ...{ settings, jobs: count, done: count, outcomes: {} },
  metrics: { [METRIC]: { mean, count, standardError: count > 1 ? 0.1 : null } },
});

const summary = (keys: string[], groups: SweepGroup[]): SweepSummary => ({
  ...{ name: 'test', commands: ['train'], keys, shown: [METRIC], groups, jobs: [] },
});

const gammas = [0.2, 0.5, 0.9];
const blocks = ['shaped', 'preLN'];
const two = summary(
  ['model.gamma', 'model.block'],
  gammas.flatMap((gamma, i) =>
    blocks.map((block, j) => group({ 'model.gamma': gamma, 'model.block': block }, 3 + i - 2 * j)),
  ),
);

describe('the figures of a sweep', () => {
  it('draw every metric against every key that varies', () => {
    const fixed = { ...two, keys: [...two.keys, 'model.depth'] };
    for (const { settings } of fixed.groups) settings['model.depth'] = 8;
    expect(sweepFigures(fixed).map(({ name }) => name)).toEqual([
      'train-validationLoss-model-gamma',
      'train-validationLoss-model-block',
    ]);
  });

  it('have a line for each of the other settings, with bars of one standard error', async () => {
    const { svg, texts, caption } = await draw(sweepMetric(two, METRIC, 'model.gamma'));
    expect(texts).toEqual(expect.arrayContaining(['block shaped', 'block preLN', 'gamma']));
    expect(markCount(svg, 'line')).toBe(2);
    expect(markCount(svg, 'rule')).toBeGreaterThanOrEqual(6);
    expect(caption).toBe(
      'Mean over 3 seeds; bars: ± one standard error. From 1 at gamma 0.2, block preLN to 5 at gamma 0.9, block shaped.',
    );
  });

  it('put words side by side, and wide ranges of numbers at equal factors', async () => {
    const words = await draw(sweepMetric(two, METRIC, 'model.block'));
    expect(words.texts).toEqual(expect.arrayContaining(['shaped', 'preLN']));
    const rates = [1e-4, 1e-3, 1e-2].map((rate) =>
      group({ 'train.learningRate': rate }, rate * 100, 1),
    );
    const wide = await draw(
      sweepMetric(summary(['train.learningRate'], rates), METRIC, 'train.learningRate'),
    );
    expect(wide.texts).toEqual(expect.arrayContaining(['10⁻⁴', '10⁻³', '0.01']));
    expect(wide.caption).toContain('One seed each');
  });

  it('name no line where there are too many, and draw none without the metric', async () => {
    const many = summary(
      ['model.gamma', 'model.width'],
      gammas.flatMap((gamma) =>
        Array.from({ length: 12 }, (_, i) => group({ 'model.gamma': gamma, 'model.width': i }, i)),
      ),
    );
    const { svg, caption } = await draw(sweepMetric(many, METRIC, 'model.gamma'));
    expect(markCount(svg, 'line')).toBe(12);
    expect(caption).toContain('12 lines, one a combination of width');
    expect(sweepMetric(many, 'train.perplexity', 'model.gamma')).toBeUndefined();
  });
});
