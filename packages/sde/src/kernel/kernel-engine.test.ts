import { describe, expect, test } from 'vitest';
import { simulateChain } from '../chain/simulate-chain.js';
import { architecture, type ArchitectureOptions } from '../model/architecture.js';
import { simulate } from '../solver/simulate.js';
import { equicorrelated } from '../testing/reference-point.js';

const MASK4: (0 | 1)[][] = [
  [1, 0, 0, 1],
  [1, 1, 0, 0],
  [0, 1, 1, 1],
  [1, 0, 1, 1],
];
const models: [string, Partial<ArchitectureOptions>][] = [
  ['whole layers', {}],
  ['causal', { mask: 'causal' }],
  ['general', { mask: MASK4, tokens: 4 }],
  ['heads', { heads: 4 }],
  ['heads narrow', { heads: 32, tokens: 5 }],
  ['heads narrow dense', { heads: 16, tokens: 5 }],
  ['projected', { heads: 4, outputProjection: true }],
  ['attention', { activation: 'none' }],
  ['mlp', { attention: 'none' }],
  ['gains', { gamma1Shift: 1, gamma2Shift: -2, mask: 'causal' }],
  ['gains full', { gamma1Shift: 1, gamma2Shift: -2 }],
  ['tanh', { activation: 'shapedSmooth' }],
  ['gelu', { activation: 'shapedSmooth', smooth: 'gelu', a: 0.2 }],
  ['softplus', { activation: 'shapedSmooth', smooth: 'softplus' }],
  ['silu', { activation: 'shapedSmooth', smooth: 'silu' }],
  ['unshaped', { block: 'unshaped' }],
  ['preLN', { block: 'preLN', norm: 'rms' }],
  ['postLN', { block: 'postLN', norm: 'rms', heads: 2 }],
  ['depthScaled', { block: 'depthScaled' }],
];

describe('kernel', () => {
  test.each(models)('%s', async (name, changes) => {
    for (const tokens of changes.tokens ? [changes.tokens] : [1, 2, 3, 8, 33, 65]) {
      const free = changes.block === undefined;
      const arch = architecture({
        tokens,
        width: 128,
        depth: 4,
        ...(free ? { gamma: 0.4 } : {}),
        tau0: 0.7,
        ...changes,
        tokens,
      });
      const common = { arch, V0: equicorrelated(tokens, 0.2), paths: 5, seed: 3, stopAt: 1e6 };
      const runs: Record<
        string,
        (engine: 'kernel' | 'reference') => Promise<{ V: Float64Array; events: unknown }>
      > = {};
      if (!(arch.activation === 'shapedSmooth'))
        runs.chain = (engine) => simulateChain({ ...common, engine });
      if (arch.block === 'shaped') {
        runs.euler = (engine) => simulate({ ...common, engine, time: 0.02, steps: 4 });
        runs.gram = (engine) =>
          simulate({ ...common, engine, time: 0.02, steps: 4, solver: 'gramStep' });
      }
      for (const [kind, run] of Object.entries(runs)) {
        const [kernel, reference] = await Promise.all([run('kernel'), run('reference')]);
        let worst = 0;
        kernel.V.forEach((x, i) => (worst = Math.max(worst, Math.abs(x - reference.V[i]))));
        if (!(worst < 1e-13)) console.log('DIFF', name, kind, tokens, worst);
        expect(kernel.events).toEqual(reference.events);
      }
    }
  });
});
