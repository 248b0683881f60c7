import { keyFromSeed, Stream } from '@shaped/random';
import { describe, expect, test } from 'vitest';
import { gramChain } from '../chain/gram-chain.js';
import { simulateChain, simulateChainBatches } from '../chain/simulate-chain.js';
import { collapseOde } from '../collapse/collapse-ode.js';
import { collapseRecursion } from '../collapse/collapse-recursion.js';
import { chooseStep } from '../solver/choose-step.js';
import { extrapolate } from '../solver/extrapolate.js';
import { simulate, simulateBatches } from '../solver/simulate.js';
import { meanCorrelation } from '../summary/covariance-statistics.js';
import { referenceOptions, referenceV0 as V0 } from '../testing/reference-point.js';
import { architecture } from './architecture.js';
import { transformerSde } from './transformer-sde.js';

/** The second query sees nothing, or itself. */
const masked = (self: 0 | 1) =>
  architecture({
    ...referenceOptions,
    mask: [
      [1, 0, 1],
      [0, self, 0],
      [1, 1, 0],
    ],
  });

describe('a query that sees no key is refused, with what to do, by', () => {
  const common = { arch: masked(0), V0, paths: 40, seed: 1, time: 0.1 };
  const functionals = { rho: meanCorrelation };
  const plain = { arch: architecture({ ...masked(0), attention: 'softmax' }), V0, seed: 1 };
  const first = (batches: AsyncIterable<unknown>) => batches[Symbol.asyncIterator]().next();
  test.each<[string, () => unknown]>([
    ['simulate', () => simulate({ ...common, steps: 4 })],
    ['simulateBatches', () => first(simulateBatches({ ...common, steps: 4 }))],
    ['simulateChain', () => simulateChain(common)],
    ['simulateChainBatches', () => first(simulateChainBatches(common))],
    ['extrapolate', () => extrapolate({ ...common, steps: 4, functionals })],
    ['chooseStep', () => chooseStep({ ...common, paths: 400, tolerance: 0.2, functionals })],
    ['collapseRecursion', () => collapseRecursion(plain)],
    ['collapseOde', () => collapseOde({ ...plain, steps: 4 })],
  ])('%s', async (caller, run) => {
    await expect(Promise.resolve().then(run)).rejects.toThrow(
      new RegExp(
        `^${caller}: expected every query to see a key, got mask\\[1\\] without a 1\\. .*leave tokens of padding out .*let such a query see itself`,
      ),
    );
  });
});

describe('what it is told to do', () => {
  test('is accepted', async () => {
    const { V } = await simulate({ arch: masked(1), V0, paths: 2, seed: 1, time: 0.1, steps: 4 });
    expect(V.every(Number.isFinite)).toBe(true);
  });

  test('changes nothing in shaped attention: softmax and C̄ of one key cancel', () => {
    const [empty, self] = [masked(0), masked(1)].map((arch) => transformerSde(arch));
    expect(self.drift(V0)).toEqual(empty.drift(V0));
    expect(self.diffusion(V0)).toEqual(empty.diffusion(V0));
    const [none, itself] = [masked(0), masked(1)].map((arch) => {
      const chain = gramChain(arch);
      const start = new Stream(keyFromSeed(1), 0, 0);
      return chain.attention(chain.initialState(V0, start), new Stream(keyFromSeed(2), 0, 0)).mixed;
    });
    expect(itself).toEqual(none);
  });
});

test('a model keeps such a query: whoever makes one by hand has padding in mind', async () => {
  const model = transformerSde(masked(0));
  const { V } = await simulate({ model, V0, paths: 2, seed: 1, time: 0.1, steps: 4 });
  expect(V.every(Number.isFinite)).toBe(true);
});
