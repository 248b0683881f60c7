import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { reluNormalizer } from '../activation/relu-normalizer.js';
import { useBackend } from '../testing/backends.js';
import { confirm, reject } from '../testing/evidence.js';
import { TransformerBlock } from './transformer-block.js';
import type { TransformerBlockArgs } from './transformer-block-args.js';

// The reference setting of docs/theory.md, section 5, and its drift of the MLP.
const V0 = [1.3, 0.4, -0.2, 0.4, 0.8, 0.25, -0.2, 0.25, 1.1];
const DRIFT = [0, 0.07798836, 0.25280651, 0.07798836, 0, 0.09585674, 0.25280651, 0.09585674, 0];
const shape = { cPlus: 0.5, cMinus: -1.2 };
const gamma = 0.6;

const m = 3;
const n = 64;
/** Windows a network: they stand on different columns, so each sees its own rows of W_pre. */
const windows = Math.floor(n / m);
const networks = 300;
/** Standard errors: two-sided alpha below 6e-7 an entry. */
const Z = 5;
/** Float32 rounding of n V in the diagonal, which has no randomness left to hide it. */
const FLOAT32 = 1e-5;

/** The lower Cholesky factor of V0. */
function cholesky(v: number[]): number[] {
  const l = Array<number>(m * m).fill(0);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      let s = v[i * m + j];
      for (let k = 0; k < j; k++) s -= l[i * m + k] * l[j * m + k];
      l[i * m + j] = i === j ? Math.sqrt(s) : s / l[j * m + j];
    }
  }
  return l;
}

/** Windows `[windows, m, n]`, each of which has X Xᵀ/n = V0. */
function inputWindows(): tf.Tensor3D {
  const l = cholesky(V0);
  const values = new Float32Array(windows * m * n);
  for (let w = 0; w < windows; w++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < m; j++) values[(w * m + i) * n + w * m + j] = Math.sqrt(n) * l[i * m + j];
  return tf.tensor3d(values, [windows, m, n]);
}

/** X Xᵀ/n averaged over the windows, float64. */
function meanGram(x: tf.Tensor): number[] {
  const values = x.dataSync();
  const gram = Array<number>(m * m).fill(0);
  for (let w = 0; w < windows; w++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < m; j++)
        for (let k = 0; k < n; k++)
          gram[i * m + j] +=
            (values[(w * m + i) * n + k] * values[(w * m + j) * n + k]) / n / windows;
  return gram;
}

/** Mean and standard error from sums over the networks. */
function summary(sum: number[], square: number[]) {
  const mean = sum.map((s) => s / networks);
  const variance = mean.map((v, i) => Math.max(0, square[i] / networks - v * v));
  return { mean, standardError: variance.map((v) => Math.sqrt(v / (networks - 1))) };
}

/**
 * Mean and standard error, entry by entry, of `n (V' − V)` for one block at initialisation with its
 * second matrix multiplied by `postScale`.
 *
 * Variance-reduced: a linear block (c± = 0) with the same weights has E[V'] = V exactly, so its
 * Gram matrix is subtracted from the shaped one's.
 */
function measuredDrift(postScale: number): { mean: number[]; standardError: number[] } {
  const args: TransformerBlockArgs = {
    ...{ kind: 'shaped', attention: 'none', gamma, seed: 0 },
    parametrization: 'paper',
  };
  const shaped = new TransformerBlock({ ...args, ...shape });
  const linear = new TransformerBlock({ ...args, cPlus: 0, cMinus: 0 });
  const [sum, square] = [Array<number>(m * m).fill(0), Array<number>(m * m).fill(0)];
  tf.tidy(() => {
    const x = inputWindows();
    for (const block of [shaped, linear]) block.apply(x);
    for (let seed = 1; seed <= networks; seed++) {
      tf.tidy(() => {
        shaped.reseed(seed);
        linear.setWeights(shaped.getWeights());
        const post = shaped.weight('mlp/post/kernel')!;
        post.write(tf.mul(post.read(), postScale));
        const base = meanGram(linear.call(x));
        meanGram(shaped.call(x)).forEach((v, i) => {
          const drift = n * (v - base[i]);
          sum[i] += drift;
          square[i] += drift * drift;
        });
      });
    }
  });
  for (const block of [shaped, linear]) block.dispose();
  return summary(sum, square);
}

/**
 * Mean and standard error of `n γ² (c φφᵀ − u uᵀ)/F`, from the tapped tensors: the drift with the
 * mean over W_post taken by hand, and with u averaged over ±, which leaves less to chance.
 */
function tappedDrift(c: number): { mean: number[]; standardError: number[] } {
  const block = new TransformerBlock({
    kind: 'shaped',
    attention: 'none',
    gamma,
    ...shape,
    seed: 0,
  });
  const [sum, square] = [Array<number>(m * m).fill(0), Array<number>(m * m).fill(0)];
  tf.tidy(() => {
    const inputs = [inputWindows(), tf.neg(inputWindows())];
    block.apply(inputs[0]);
    for (let seed = 1; seed <= networks; seed++) {
      block.reseed(seed);
      const excess = Array<number>(m * m).fill(0);
      for (const x of inputs) {
        tf.tidy(() => {
          const { preActivation, activation } = block.tap(x);
          const linear = meanGram(preActivation!);
          meanGram(activation!).forEach((v, i) => {
            excess[i] += (n * gamma ** 2 * (c * v - linear[i])) / inputs.length;
          });
        });
      }
      excess.forEach((v, i) => {
        sum[i] += v;
        square[i] += v * v;
      });
    }
  });
  block.dispose();
  return summary(sum, square);
}

/** The largest `|mean − expected|` of the given entries, in standard errors beyond float32. */
function largestZ(
  { mean, standardError }: ReturnType<typeof summary>,
  expected: readonly number[],
  at = expected.map((_, i) => i),
): number {
  return Math.max(
    ...at.map((i) => Math.max(0, Math.abs(mean[i] - expected[i]) - FLOAT32) / standardError[i]),
  );
}

describe('the drift of one MLP block at initialisation', () => {
  beforeAll(() => useBackend('cpu'));
  const c = reluNormalizer({ ...shape, width: n });
  const off = [1, 2, 5];
  const expected = DRIFT.map((b) => c * b);
  const none = DRIFT.map(() => 0);

  test('of the output is c(n) b, and is seen: no drift at all would be rejected', () => {
    const measured = measuredDrift(1);
    confirm('mlp block', largestZ(measured, expected), Z, 'z');
    for (const i of off) {
      reject('mlp block', 'no drift', largestZ(measured, none, [i]), Z, 'z');
    }
  });

  test('of the output is rejected without the normaliser, c = 1', () => {
    const measured = measuredDrift(1 / Math.sqrt(c));
    for (const i of [0, 4, 8]) {
      reject('mlp block', 'c = 1 for c(n)', largestZ(measured, expected, [i]), Z, 'z');
    }
  });

  test('of the tapped tensors is c(n) b; b without the factor c(n) would be rejected', () => {
    const { mean, standardError } = tappedDrift(c);
    DRIFT.forEach((b, i) => {
      expect(Math.abs(mean[i] - c * b)).toBeLessThan(Z * standardError[i] + FLOAT32);
    });
    expect((c - 1) * DRIFT[2]).toBeGreaterThan(Z * standardError[2]);
  });

  test('of the tapped tensors is rejected without the normaliser, c = 1', () => {
    const { mean, standardError } = tappedDrift(1);
    for (let i = 0; i < m * m; i++) {
      expect(Math.abs(mean[i] - c * DRIFT[i])).toBeGreaterThan(Z * standardError[i] + FLOAT32);
    }
  });
});
