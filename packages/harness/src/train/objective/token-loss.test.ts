import { keyFromSeed, Stream } from '@shaped/random';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { selectBackend } from '../../backend/index.js';
import { IGNORED } from '../../data/index.js';
import { tokenLoss } from './token-loss.js';

const [B, T, V] = [2, 3, 5];
const logits = new Stream(keyFromSeed(1)).fillNormal32(new Float32Array(B * T * V), 3);
const targets = Int32Array.from([0, 4, 2, 2, 1, 3]);

/** The loss and its gradient from the definition, in float64. */
function twin(z: ArrayLike<number>, told = targets): { loss: number; gradient: Float64Array } {
  const gradient = new Float64Array(z.length);
  const N = told.filter((target) => target !== IGNORED).length;
  let loss = 0;
  for (let i = 0; i < B * T; i++) {
    if (told[i] === IGNORED) continue;
    const row = Array.from({ length: V }, (_, v) => z[i * V + v]);
    const sum = row.reduce((total, value) => total + Math.exp(value), 0);
    loss += (Math.log(sum) - row[told[i]]) / N;
    row.forEach((value, v) => {
      gradient[i * V + v] = (Math.exp(value) / sum - Number(v === told[i])) / N;
    });
  }
  return { loss, gradient };
}

/** Float32 sums of five terms of order one: a few units of 2^-24. */
const ROUNDING = 1e-6;

describe.each(['cpu', 'wasm'] as const)('tokenLoss on %s', (backend) => {
  beforeAll(() => selectBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const run = (values: Float32Array, told = targets) => {
    const ids = tf.tensor2d(told, [B, T], 'int32');
    const { value, grad } = tf.valueAndGrad((z: tf.Tensor) => tokenLoss(z as tf.Tensor3D, ids))(
      tf.tensor3d(values, [B, T, V]),
    );
    return { loss: value.dataSync()[0], gradient: grad.dataSync() };
  };

  it('is the mean of −ln softmax at the targets, with its gradient', () => {
    const { loss, gradient } = run(logits);
    const expected = twin(logits);
    expect(Math.abs(loss - expected.loss)).toBeLessThan(ROUNDING * 10);
    gradient.forEach((value, i) => {
      expect(Math.abs(value - expected.gradient[i])).toBeLessThan(ROUNDING);
    });
  });

  it('leaves ignored targets out of the loss and its gradient', () => {
    const some = Int32Array.from([0, IGNORED, 2, IGNORED, IGNORED, 3]);
    const { loss, gradient } = run(logits, some);
    const expected = twin(logits, some);
    expect(Math.abs(loss - expected.loss)).toBeLessThan(ROUNDING * 10);
    gradient.forEach((value, i) => {
      expect(Math.abs(value - expected.gradient[i])).toBeLessThan(ROUNDING);
    });
    expect(Math.abs(loss - run(logits).loss)).toBeGreaterThan(0.01);
  });

  it('is 0 without gradient when there is nothing to tell', () => {
    const { loss, gradient } = run(logits, new Int32Array(B * T).fill(IGNORED));
    expect(loss).toBe(0);
    expect(gradient.every((value) => value === 0)).toBe(true);
  });

  it('is finite for logits whose exponentials are not', () => {
    const { loss, gradient } = run(logits.map((value) => value * 1000));
    expect(loss).toBeGreaterThan(0);
    expect(Number.isFinite(loss)).toBe(true);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });

  it('is ln(vocabulary) for equal logits', () => {
    expect(run(new Float32Array(B * T * V)).loss).toBeCloseTo(Math.log(V), 6);
  });

  it('is NaN, not a number that looks right, for NaN logits', () => {
    const poisoned = Float32Array.from(logits);
    poisoned[7] = NaN;
    expect(run(poisoned).loss).toBeNaN();
  });
});
