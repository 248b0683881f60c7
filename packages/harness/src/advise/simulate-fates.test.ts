import { architecture } from '@shaped/sde';
import { describe, expect, test } from 'vitest';
import { radiusOf, stepsPerLayerOf } from './advise-plan.js';
import { layersOf, simulateFates, type FateRequest } from './simulate-fates.js';
import { smallPlan } from './testing/small-plan.js';

const plan = smallPlan({ model: { depth: 6 } });
const request = (change: Partial<FateRequest> = {}): FateRequest => ({
  ...{ theory: 'chain', arch: plan.simulated, purpose: ['test'], paths: 100 },
  ...change,
});

test('ensembles come in their order, whatever they are cut into', async () => {
  const both = await simulateFates(plan, [request(), request({ paths: 3, firstPath: 70 })]);
  expect(both.map(({ rho }) => rho.length)).toEqual([100, 3]);
  expect(both[1].rho).toEqual(both[0].rho.slice(70, 73));
});

test('two purposes are independent, one is the same for every block', async () => {
  const [a, b] = await simulateFates(plan, [request(), request({ purpose: ['test', 2] })]);
  expect(a.rho).not.toEqual(b.rho);
  // Common random numbers: a block that is nearly the same has nearly the same paths.
  const near = architecture({ ...{ tokens: 3, width: 32, depth: 6 }, tau0: 1.0001 });
  const [c] = await simulateFates(plan, [request({ arch: near })]);
  const largest = Math.max(...c.rho.map((rho, p) => Math.abs(rho - a.rho[p])));
  expect(largest).toBeGreaterThan(0);
  expect(largest).toBeLessThan(1e-3);
});

test('progress counts every network once', async () => {
  const counted: number[] = [];
  const progress = { advance: (by = 1) => void counted.push(by), done: () => undefined };
  await simulateFates(plan, [request()], { progress });
  expect(counted).toEqual([64, 36]);
});

describe('the layers looked at', () => {
  test('are all, while the recorded matrices of a path fit', () => {
    expect(layersOf(architecture({ tokens: 8, width: 32, depth: 300 }))).toHaveLength(301);
  });

  test('are spread over the depth where they do not', () => {
    const layers = layersOf(architecture({ tokens: 512, width: 512, depth: 96 }));
    expect(layers.length * 512 * 512 * 8).toBeLessThanOrEqual(32 * 2 ** 20);
    expect([layers[0], layers.at(-1)]).toEqual([0, 96]);
    expect(new Set(layers).size).toBe(layers.length);
  });
});

test('the SDE takes shorter steps for larger γ and more tokens, and never fewer than asked for', () => {
  const arch = architecture({ tokens: 8, width: 50, depth: 4, gamma: 0.5 });
  expect(stepsPerLayerOf(arch, 1)).toBe(2); // dt = 0.01, the step known to be harmless
  expect(stepsPerLayerOf(arch, 5)).toBe(5);
  expect(stepsPerLayerOf({ ...arch, gamma: 1, tokens: 16 }, 1)).toBe(16);
});

test('pre-norm blocks blow up relative to the growth that they have by design', () => {
  const sizes = { tokens: 2, width: 8, depth: 10 };
  expect(radiusOf(architecture({ ...sizes, block: 'preLN' }), 1000)).toBe(21_000);
  expect(radiusOf(architecture({ ...sizes, block: 'unshaped' }), 1000)).toBe(1000);
});
