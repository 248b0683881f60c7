import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../testing/backends.js';
import { TransformerBlock } from './transformer-block.js';
import type { TransformerBlockArgs } from './transformer-block-args.js';

/** V of every input token: the mean square of its entries. */
const V = 1.7;
const [n, tokens, networks] = [32, 32, 60];
/** Standard errors: two-sided alpha below 6e-7 a case. */
const Z = 5;
/** Float32 rounding of a mean square near 1, where the law leaves no other spread. */
const FLOAT32 = 1e-5;

// A single token attends to itself with weight 1, shaped or not, so each branch keeps its V.
const cases: [string, TransformerBlockArgs, number][] = [
  ['shaped keeps V', { kind: 'shaped' }, V],
  // Not homogeneous: the normaliser is exact at V = 1, so before any attention.
  ['a shaped GELU keeps V = 1', { kind: 'shaped', activation: 'gelu', attention: 'none' }, 1],
  ['unshaped keeps V', { kind: 'unshaped' }, V],
  ['preLN adds 1 a branch', { kind: 'preLN' }, V + 2],
  ['preLN with an RMS norm adds 1 a branch', { kind: 'preLN', norm: 'rms' }, V + 2],
  ['postLN has V = 1', { kind: 'postLN' }, 1],
  ['postLN with an RMS norm has V = 1', { kind: 'postLN', norm: 'rms' }, 1],
  [
    'depthScaled multiplies V by (1 + 1/(2L))²',
    { kind: 'depthScaled', depth: 3 },
    V * (7 / 6) ** 2,
  ],
];

/** Single-token windows of mean square v, orthogonal to each other and each of mean 0. */
function tokensOf(v: number): tf.Tensor3D {
  const values = new Float32Array(tokens * n);
  for (let t = 0; t < tokens; t++) {
    const [i, j] = [t, (t + 1) % n];
    values[t * n + i] = Math.sqrt((v * n) / 2);
    values[t * n + j] = -Math.sqrt((v * n) / 2);
  }
  return tf.tensor3d(values, [tokens, 1, n]);
}

function measure(args: TransformerBlockArgs, v: number) {
  const block = new TransformerBlock({ ...args, numHeads: 4, keyDim: 4, seed: 0 });
  const means: number[] = [];
  tf.tidy(() => {
    const x = tokensOf(v);
    block.apply(x);
    for (let seed = 1; seed <= networks; seed++) {
      block.reseed(seed);
      means.push(tf.tidy(() => tf.mean(tf.square(block.call(x))).dataSync()[0]));
    }
  });
  block.dispose();
  const mean = means.reduce((s, y) => s + y, 0) / networks;
  const variance = means.reduce((s, y) => s + (y - mean) ** 2, 0) / (networks - 1);
  return { mean, standardError: Math.sqrt(variance / networks) };
}

beforeAll(() => useBackend('cpu'));

test.each(cases)('at initialisation %s', (_, args, expected) => {
  const { mean, standardError } = measure(args, args.activation === 'gelu' ? 1 : V);
  const bound = Z * standardError + FLOAT32;
  expect(Math.abs(mean - expected)).toBeLessThan(bound);
  // The measurement tells this kind from every other one.
  for (const other of new Set(cases.map(([, , value]) => value))) {
    if (other !== expected) expect(Math.abs(mean - other)).toBeGreaterThan(bound);
  }
});
