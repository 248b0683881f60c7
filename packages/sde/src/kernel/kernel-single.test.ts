import { describe, expect, test } from 'vitest';
import { simulateChain } from '../chain/simulate-chain.js';
import { architecture, type ArchitectureOptions } from '../model/architecture.js';
import { decayingCovariance, relativeDifference } from '../testing/engine-twins.js';

const LAYERS = 2;

/**
 * Largest difference, as a share of V, that single precision makes in a hidden layer: sums of at most
 * m, then 32 products, each rounded twice at 2^-24 with either sign.
 */
const single = (m: number) => LAYERS * 2 * Math.sqrt(m + 32) * 2 ** -24;

const models: Record<string, Partial<ArchitectureOptions>> = {
  'whole layers': {},
  'both slopes, causal': { mask: 'causal', cPlus: 0.6, cMinus: -2 },
  'plain ReLU': { activation: 'relu', block: 'unshaped' },
  'pre-norm': { block: 'preLN', norm: 'rms' },
};

describe.each(Object.entries(models))('a hidden layer in single precision: %s', (_, changes) => {
  test.each([1, 2, 3, 8, 9, 33])('differs by its rounding, %d tokens', async (tokens) => {
    const run = (width: number, hiddenPrecision: 'single' | 'double', more = {}) => {
      const arch = architecture({ tokens, width, depth: LAYERS, ...changes, ...more });
      const V0 = decayingCovariance(tokens);
      return simulateChain({ arch, V0, paths: 6, seed: 4, engine: 'kernel', hiddenPrecision });
    };
    // Whole blocks of units, and not.
    for (const width of [96, 102]) {
      const [narrow, wide] = [await run(width, 'single'), await run(width, 'double')];
      const difference = relativeDifference(narrow.V, wide.V);
      expect(difference).toBeLessThan(single(tokens));
      expect(difference).toBeGreaterThan(0);
      const off = await run(width, 'double', {
        tau0: 1.001,
        cMinus: (changes.cMinus ?? -1) - 0.001,
      });
      if (tokens > 1) expect(relativeDifference(off.V, wide.V)).toBeGreaterThan(single(tokens));
    }
  });
});

test('smooth activations and the reference stay double, and other words are refused', async () => {
  const smooth = architecture({ tokens: 3, width: 32, depth: 2, activation: 'shapedSmooth' });
  const relu = architecture({ tokens: 3, width: 32, depth: 2 });
  const common = { V0: decayingCovariance(3), paths: 3, seed: 1 };
  for (const [arch, engine] of [
    [smooth, 'kernel'],
    [relu, 'reference'],
  ] as const) {
    const run = (hiddenPrecision: 'single' | 'double') =>
      simulateChain({ ...common, arch, engine, hiddenPrecision });
    expect((await run('single')).V).toEqual((await run('double')).V);
  }
  const half = 'half' as 'single';
  await expect(simulateChain({ ...common, arch: relu, hiddenPrecision: half })).rejects.toThrow(
    /^simulateChain: expected hiddenPrecision 'double' or 'single', got 'half'/,
  );
});
