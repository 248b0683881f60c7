import * as tf from '@tensorflow/tfjs-core';
import { deriveSeed } from '@shaped/random';
import { beforeAll, describe, test } from 'vitest';
import { useBackend } from '../testing/backends.js';
import { confirm, reject } from '../testing/evidence.js';
import { ShapedAttention } from './shaped-attention-layer.js';
import { drawNormal } from '../initializer/draw-keyed.js';

/**
 * One-layer Monte Carlo: over networks, logits z obey `Cov(z_aj, z_bk) = V_ab V_jk / (τ0² n)` for
 * every head width (docs/theory.md, section 1). Logits are read off the scores: with unit γs and no
 * identity or centring, `z_aj − z_ak = log P_aj − log P_ak`, whose covariance follows by bilinearity.
 */
const [T, N] = [3, 16];
const TAU0 = 0.8;
const NETWORKS = 4000;
/**
 * Two-sided bound on each of the 21 distinct entries: |difference| ≤ 5 standard errors, alpha 5.8e-7
 * an entry and below 1.3e-5 for a table. The seeds are fixed.
 */
const STANDARD_ERRORS = 5;

/** The T·(T−1) logit differences `z_aj − z_a0`, j ≥ 1, of each network. */
function differences(keyDim: number, tau0: number, x: tf.Tensor3D): Float64Array[] {
  // Heads are independent networks given x, and many are drawn at once.
  const numHeads = 100;
  const layer = new ShapedAttention({
    numHeads,
    keyDim,
    valueDim: 1,
    tau0,
    parametrization: 'paper',
    useBias: false,
    outputProjection: false,
    gamma1: 0,
    gamma2: 0,
  });
  const rows: Float64Array[] = [];
  for (let i = 0; i < NETWORKS / numHeads; i++) {
    if (i === 0) layer.build([null, T, N]);
    layer.reseed(deriveSeed(41, keyDim, i));
    const { output, scores } = layer.tap(x);
    const p = scores.dataSync();
    tf.dispose([output, scores]);
    for (let h = 0; h < numHeads; h++) {
      const at = (a: number, j: number) => Math.log(p[(h * T + a) * T + j]);
      const row = Float64Array.from({ length: T * (T - 1) }, (_, i) => {
        const [a, j] = [Math.floor(i / (T - 1)), 1 + (i % (T - 1))];
        return at(a, j) - at(a, 0);
      });
      rows.push(row);
    }
  }
  layer.dispose();
  return rows;
}

/** `Cov(z_aj − z_a0, z_bk − z_b0) = V_ab (V_jk − V_j0 − V_0k + V_00) / (τ0² n)`. */
function predicted(x: tf.Tensor3D, p: number, q: number): number {
  const rows = x.arraySync()[0];
  const V = (a: number, b: number) => rows[a].reduce((s, v, i) => s + v * rows[b][i], 0) / N;
  const index = (i: number) => [Math.floor(i / (T - 1)), 1 + (i % (T - 1))];
  const [[a, j], [b, k]] = [index(p), index(q)];
  return (V(a, b) * (V(j, k) - V(j, 0) - V(0, k) + V(0, 0))) / (TAU0 * TAU0 * N);
}

/** The largest deviation of the empirical covariance from the prediction, in standard errors. */
function worstDeviation(keyDim: number, tau0: number): number {
  const x = drawNormal([1, T, N], 5) as tf.Tensor3D;
  const sample = differences(keyDim, tau0, x);
  let worst = 0;
  for (let p = 0; p < T * (T - 1); p++) {
    for (let q = 0; q <= p; q++) {
      // The mean is zero by symmetry of the weights, so the product's mean is the covariance.
      let [m1, m2] = [0, 0];
      for (const row of sample) {
        m1 += (row[p] * row[q]) / NETWORKS;
        m2 += (row[p] * row[q]) ** 2 / NETWORKS;
      }
      const standardError = Math.sqrt((m2 - m1 * m1) / NETWORKS);
      worst = Math.max(worst, Math.abs(m1 - predicted(x, p, q)) / standardError);
    }
  }
  x.dispose();
  return worst;
}

describe('the covariance of the initial logits', () => {
  beforeAll(() => useBackend('wasm'));

  test.each([1, 4, 16])('is V_ab V_jk / (τ0² n) at head width %d', (keyDim) => {
    confirm('logit covariance', worstDeviation(keyDim, TAU0), STANDARD_ERRORS, 'z');
  });

  test('is told apart from that of a temperature 20 % too high', () => {
    const z = worstDeviation(4, 1.2 * TAU0);
    reject('logit covariance', 'τ0 20 % too high', z, STANDARD_ERRORS, 'z');
  });
});
