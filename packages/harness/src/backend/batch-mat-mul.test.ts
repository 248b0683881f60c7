import * as tf from '@tensorflow/tfjs-core';
import { keyFromSeed, Stream } from '@shaped/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from './select-backend.js';

/**
 * Largest error of a float32 sum of K ≤ 64 products of |values| < 1, in another order than the
 * reference: K products with relative rounding 2^-24 each, summed with as many roundings.
 */
const FLOAT32_SUM = 2 * 64 * 2 ** -24;

interface Case {
  a: number[];
  b: number[];
  transposeA?: boolean;
  transposeB?: boolean;
}

const cases: Case[] = [
  { a: [5, 7], b: [7, 3] },
  { a: [7, 5], b: [7, 3], transposeA: true },
  { a: [5, 7], b: [3, 7], transposeB: true },
  { a: [7, 5], b: [3, 7], transposeA: true, transposeB: true },
  { a: [4, 5, 7], b: [4, 7, 3] },
  { a: [4, 5, 7], b: [4, 3, 7], transposeB: true },
  { a: [4, 7, 5], b: [4, 7, 3], transposeA: true },
  { a: [4, 7, 5], b: [4, 3, 7], transposeA: true, transposeB: true },
  { a: [2, 3, 8, 64], b: [2, 3, 8, 64], transposeB: true },
  { a: [2, 3, 5, 7], b: [2, 3, 7, 4] },
  { a: [3, 17, 19], b: [3, 19, 13] },
  { a: [3, 19, 17], b: [3, 13, 19], transposeA: true, transposeB: true },
  { a: [3, 19, 17], b: [3, 19, 13], transposeA: true },
  { a: [2, 3, 17, 19], b: [2, 3, 13, 19], transposeB: true },
  { a: [4, 5, 7], b: [1, 7, 3] },
  { a: [1, 5, 7], b: [4, 7, 3] },
  { a: [4, 7, 5], b: [1, 3, 7], transposeA: true, transposeB: true },
  { a: [2, 1, 5, 7], b: [3, 7, 4] },
  { a: [2, 1, 5, 7], b: [1, 3, 7, 4] },
  { a: [3, 1, 1, 7], b: [3, 1, 7, 1] },
  { a: [4, 1, 7], b: [4, 5, 7], transposeB: true },
  { a: [6, 1, 1], b: [6, 1, 1], transposeA: true, transposeB: true },
];

const size = (shape: number[]) => shape.reduce((x, y) => x * y, 1);

function values(shape: number[], path: number): Float32Array {
  const stream = new Stream(keyFromSeed(11), path);
  return Float32Array.from({ length: size(shape) }, () => 2 * stream.uniform() - 1);
}

/** The product in float64, entry by entry. */
function reference({ a, b, transposeA, transposeB }: Case): { shape: number[]; data: number[] } {
  const x = values(a, 0);
  const y = values(b, 1);
  const [M, K] = transposeA ? [a.at(-1)!, a.at(-2)!] : [a.at(-2)!, a.at(-1)!];
  const N = transposeB ? b.at(-2)! : b.at(-1)!;
  const rank = Math.max(a.length, b.length) - 2;
  const pad = (shape: number[]) => [
    ...Array<number>(rank + 2 - shape.length).fill(1),
    ...shape.slice(0, -2),
  ];
  const [batchA, batchB] = [pad(a), pad(b)];
  const batch = batchA.map((length, i) => Math.max(length, batchB[i]));
  const data: number[] = [];
  for (let i = 0; i < size(batch); i++) {
    const index = batch.map((length, axis) => Math.floor(i / size(batch.slice(axis + 1))) % length);
    const at = (own: number[]) =>
      index.reduce((sum, k, axis) => sum * own[axis] + (own[axis] === 1 ? 0 : k), 0);
    const [p, q] = [at(batchA) * M * K, at(batchB) * K * N];
    for (let m = 0; m < M; m++) {
      for (let n = 0; n < N; n++) {
        let sum = 0;
        for (let k = 0; k < K; k++) {
          sum +=
            x[p + (transposeA ? k * M + m : m * K + k)] *
            y[q + (transposeB ? n * K + k : k * N + n)];
        }
        data.push(sum);
      }
    }
  }
  return { shape: [...batch, M, N], data };
}

function product({ a, b, transposeA, transposeB }: Case): tf.Tensor {
  return tf.tidy(() =>
    tf.matMul(tf.tensor(values(a, 0), a), tf.tensor(values(b, 1), b), transposeA, transposeB),
  );
}

const worst = (actual: ArrayLike<number>, expected: number[]) =>
  expected.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i])), 0);

describe('the wasm backend multiplies batches', () => {
  beforeAll(async () => {
    const { notes } = await selectBackend('wasm');
    expect(notes).toEqual([]);
  });
  afterAll(() => selectBackend('cpu'));

  it.each(cases)('as float64 arithmetic does: %o', (example) => {
    const expected = reference(example);
    const actual = product(example);
    expect(actual.shape).toEqual(expected.shape);
    expect(worst(actual.dataSync(), expected.data)).toBeLessThan(FLOAT32_SUM);
    actual.dispose();
  });

  it('with the same gradients as the cpu backend', async () => {
    // The gradient of a batched product is made of transposed batched products.
    const gradients = () => {
      const loss = (x: tf.Tensor, y: tf.Tensor) =>
        tf.sum<tf.Scalar>(tf.square(tf.matMul(x, y, false, true)));
      const [dx, dy] = tf.tidy(() =>
        tf.grads((x, y) => loss(x, y))([
          tf.tensor(values([2, 3, 20, 16], 0), [2, 3, 20, 16]),
          tf.tensor(values([2, 3, 20, 16], 1), [2, 3, 20, 16]),
        ]),
      );
      const data = [...dx.dataSync(), ...dy.dataSync()];
      tf.dispose([dx, dy]);
      return data;
    };
    const wasm = gradients();
    await selectBackend('cpu');
    const cpu = gradients();
    await selectBackend('wasm');
    const largest = Math.max(...cpu.map(Math.abs));
    expect(largest).toBeGreaterThan(1);
    expect(worst(wasm, cpu)).toBeLessThan(FLOAT32_SUM * largest);
  });

  it('without leaving a tensor or its bytes behind', () => {
    const backend = tf.backend() as unknown as { numDataIds(): number };
    for (const example of cases) product(example).dispose();
    const before = { tensors: tf.memory().numTensors, ids: backend.numDataIds() };
    for (let i = 0; i < 20; i++) for (const example of cases) product(example).dispose();
    expect({ tensors: tf.memory().numTensors, ids: backend.numDataIds() }).toEqual(before);
  });

  it('with fresh values each time, though XNNPACK keeps packed operands', () => {
    const ones = tf.ones([3, 16, 16]);
    const twos = tf.fill([3, 16, 16], 2);
    const sums = [ones, twos, ones, twos].map((x) =>
      tf.tidy(() => tf.sum(tf.matMul(ones, x)).dataSync()[0]),
    );
    expect(sums).toEqual([12288, 24576, 12288, 24576]);
    tf.dispose([ones, twos]);
  });

  it('and refuses shapes that do not fit', () => {
    expect(() => product({ a: [2, 3, 4], b: [2, 5, 3] })).toThrow(/inner shapes/);
    expect(() => product({ a: [2, 3, 4], b: [3, 4, 3] })).toThrow(/broadcast/i);
  });
});
