import { describe, expect, test } from 'vitest';
import { sets } from '../support/config.ts';
import { json, jsonl, npy } from '../support/run-files.ts';
import { scratch } from '../support/scratch.ts';
import { shaped } from '../support/shaped.ts';

/** What collapse means here: all tokens but the same. */
const COLLAPSED = 0.95;
const [DEPTH, WIDTH] = [100, 64];

const DEEP = {
  workers: 0,
  'model.width': WIDTH,
  'model.depth': DEPTH,
  'probe.networks': 8,
  'probe.windows': 8,
  'probe.gradients': 0,
  'probe.baselines': ['unshaped', 'preLN', 'postLN'],
  'probe.baselineNetworks': 8,
  'predict.chainPaths': 16,
};

const at = scratch();

/** Measures and predicts; the commands must end well. */
async function measured(name: string, changes: Record<string, unknown>): Promise<void> {
  for (const command of ['probe', 'predict']) {
    const args = command === 'probe' ? sets({ ...DEEP, ...changes }) : [];
    const { code, stderr } = await shaped([command, '-o', at(name), ...args]);
    expect([command, code], stderr).toEqual([command, 0]);
  }
}

/** Mean over networks and pairs of tokens of ρ at a layer. */
function correlation(run: string, block: string, layer: number): number {
  const values = jsonl<{ layer: number; metrics: { correlationMean: number } }>(
    at(run, 'probe', block, 'layers.jsonl'),
  ).filter((record) => record.layer === layer);
  return values.reduce((sum, { metrics }) => sum + metrics.correlationMean, 0) / values.length;
}

/** The 95 % quantile of the mean correlation that the SDE predicts at the last layer. */
function upperQuantile(run: string): number {
  const bands = jsonl<{ layer: number; metric: string; q95: number }>(
    at(run, 'predict', 'sde', 'bands.jsonl'),
  );
  const band = bands.find(({ layer, metric }) => layer === DEPTH && metric === 'correlationMean');
  return band?.q95 ?? NaN;
}

describe('at depth 100, on real text,', () => {
  test('the unshaped network collapses and the shaped one stays where its SDE says', async () => {
    await measured('words', { 'model.tokens': 8, 'predict.sdePaths': 256 });
    for (const block of ['shaped', 'unshaped', 'preLN', 'postLN']) {
      expect(correlation('words', block, 0)).toBeLessThan(0.4);
    }
    expect(correlation('words', 'unshaped', DEPTH)).toBeGreaterThanOrEqual(COLLAPSED);
    const bound = upperQuantile('words');
    expect(correlation('words', 'shaped', DEPTH)).toBeLessThanOrEqual(bound);
    expect(bound).toBeLessThan(0.6);
    const { corpus } = json<{ corpus: { name: string } }>(at('words', 'manifest.json'));
    expect(corpus.name).toBe('sotu');
  });

  test('windows that repeat a token, whose V0 is singular without positions, work too', async () => {
    await measured('bytes', {
      'model.tokens': 12,
      'data.tokenizer': 'bytes',
      'data.positions': false,
      'probe.baselines': ['unshaped'],
      'predict.sdePaths': 96,
    });
    const { windows } = json<{ windows: { ids: number[] }[] }>(
      at('bytes', 'probe', 'shaped', 'probe.json'),
    );
    const repeating = windows.filter(({ ids }) => new Set(ids).size < ids.length);
    expect(repeating.length).toBeGreaterThan(windows.length / 2);
    for (const block of ['shaped', 'unshaped']) {
      const { shape, data } = npy(at('bytes', 'probe', block, 'V.npy'));
      expect(shape).toEqual([8, DEPTH + 1, 12, 12]);
      expect(data.every(Number.isFinite)).toBe(true);
    }
    for (const theory of ['sde', 'chain']) {
      expect(npy(at('bytes', 'predict', theory, 'final.npy')).data.every(Number.isFinite)).toBe(
        true,
      );
    }
    expect(correlation('bytes', 'unshaped', DEPTH)).toBeGreaterThanOrEqual(COLLAPSED);
    expect(correlation('bytes', 'shaped', DEPTH)).toBeLessThanOrEqual(upperQuantile('bytes'));
  });
});
