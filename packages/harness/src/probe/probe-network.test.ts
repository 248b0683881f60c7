import { architecture } from '@shaped/sde';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { gramMetrics } from '../metrics/index.js';
import { startMatrices } from '../network/index.js';
import { probeNetwork } from './probe-network.js';
import type { ProbePlan } from './probe-plan.js';

const plan: ProbePlan = {
  arch: architecture({ tokens: 4, width: 32, depth: 4, heads: 2, gamma: 0.5, mask: 'causal' }),
  negativeControl: 'none',
  backend: 'wasm',
  seed: 17,
  positions: true,
  windows: [
    { ids: [5, 9, 2, 7], text: 'a' },
    { ids: [1, 1, 3, 4], text: 'b' },
  ],
  networks: 4,
  gradients: 4,
  keepMatrices: true,
};
const others: ProbePlan[] = [
  { ...plan, negativeControl: 'centring' },
  { ...plan, negativeControl: 'normalizer' },
  { ...plan, arch: architecture({ tokens: 4, width: 16, depth: 2, block: 'preLN' }) },
];

test('a network is a function of the plan and its number: order and history change no bit', async () => {
  const forward = [];
  for (const network of [0, 1, 2, 3]) forward.push(await probeNetwork({ plan, network }));
  for (const other of others) await probeNetwork({ plan: other, network: 1 });
  const backward = [];
  for (const network of [3, 2, 1, 0]) {
    backward.unshift(await probeNetwork({ plan, network }));
    await probeNetwork({ plan: others[network % others.length], network });
  }
  expect(backward).toEqual(forward);
  expect(forward[0].matrices.V).not.toEqual(forward[2].matrices.V); // same window, other weights
  expect(forward[0].matrices.V.slice(0, 16)).toEqual(forward[2].matrices.V.slice(0, 16));
});

test('a record a layer with the metrics of its V, the window in turn, and attention from layer 1', async () => {
  const { layers, matrices } = await probeNetwork({ plan, network: 3 });
  expect(layers.map(({ network, window, layer }) => [network, window, layer])).toEqual(
    [0, 1, 2, 3, 4].map((layer) => [3, 1, layer]),
  );
  layers.forEach(({ metrics, layer }) => {
    const V = matrices.V.slice(layer * 16, (layer + 1) * 16) as Float64Array;
    expect(metrics).toEqual(gramMetrics(V, 4));
  });
  expect(layers.map(({ attention }) => attention !== undefined)).toEqual([
    false,
    true,
    true,
    true,
    true,
  ]);
  for (const { attention } of layers.slice(1)) {
    // ln 4! / 4 is the mean entropy of uniform causal attention over four tokens.
    const most = Math.log(24) / 4;
    expect(attention?.attentionEntropy).toBeGreaterThan(0);
    expect(attention?.attentionEntropy).toBeLessThanOrEqual(most * (1 + 1e-6));
  }
});

test('V0 is the theory’s', async () => {
  const { startSlices } = startMatrices(plan.windows, plan.arch, plan);
  const { matrices } = await probeNetwork({ plan, network: 1 });
  expect(matrices.slices?.slice(0, 32)).toEqual(startSlices?.[1]);
});

test('gradients and all matrices are there where the plan asks for them, V always', async () => {
  const lean = { ...plan, gradients: 1, keepMatrices: false };
  const first = await probeNetwork({ plan: lean, network: 0 });
  const second = await probeNetwork({ plan: lean, network: 1 });
  expect(first.gradients).toHaveLength(4);
  expect(new Set(Object.keys(first.gradients?.[0] ?? {}))).toEqual(
    new Set(['gradientNorm', 'queryGradientNorm', 'keyGradientNorm']),
  );
  expect('gradients' in second).toBe(false);
  expect(Object.keys(first.matrices)).toEqual(['V']);
});

test('the tensors of one network are all that is kept, over networks and plans', async () => {
  await probeNetwork({ plan, network: 0 });
  const { numTensors, numDataBuffers } = tf.memory();
  for (const network of [1, 2, 3]) await probeNetwork({ plan, network });
  for (const other of others) await probeNetwork({ plan: other, network: 0 });
  await probeNetwork({ plan, network: 0 });
  expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
});
