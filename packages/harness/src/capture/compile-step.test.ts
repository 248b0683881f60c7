import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { compileStep, type StepFunction } from './compile-step.js';
import { nativeBackend } from './native-backend.js';
import { delayUntil, record } from './record.js';
import { BACKENDS, useBackend } from '../metrics/testing/backends.js';

/** A compiled function and what it reported. */
function compile(step: StepFunction, variables: tf.Variable[] = [], xla = false) {
  const lines: string[] = [];
  const warnings: string[] = [];
  const reporter = {
    line: (text: string) => void lines.push(text),
    warn: (text: string) => void warnings.push(text),
  };
  const compiled = compileStep(step, { variables, reporter, xla });
  onTestFinished(() => compiled.dispose());
  const call = (...inputs: tf.Tensor[]) =>
    tf.tidy(() => compiled(inputs).map((result) => Array.from(result.dataSync())));
  return { call, lines, warnings };
}

function variable(values: number[]): tf.Variable {
  const made = tf.variable(tf.tensor1d(values));
  onTestFinished(() => made.dispose());
  return made;
}

describe('compileStep on wasm', () => {
  it('calls the function as it is', async () => {
    await selectBackend('wasm');
    let calls = 0;
    const { call, lines, warnings } = compile(([x]) => {
      calls++;
      return [tf.mul(x, 2)];
    });
    for (let i = 0; i < 4; i++) expect(call(tf.tensor1d([i]))).toEqual([[2 * i]]);
    expect(calls).toBe(4);
    expect([...lines, ...warnings]).toEqual([]);
  });
});

const hasNative = BACKENDS.some((name) => name === 'tensorflow');

describe.skipIf(!hasNative)('compileStep on native TensorFlow', () => {
  beforeAll(() => useBackend('tensorflow'));

  it('captures in the first call, and sees inputs and variables change', () => {
    const w = variable([1, 2]);
    let calls = 0;
    const { call, lines, warnings } = compile(
      ([x]) => {
        calls++;
        return [tf.sum(tf.mul(x, w)), tf.add(w, x)];
      },
      [w],
    );
    for (let i = 0; i < 5; i++) {
      w.assign(tf.tensor1d([i, 1]));
      expect(call(tf.tensor1d([3, 10 + i]))).toEqual([[3 * i + 10 + i], [i + 3, 11 + i]]);
    }
    expect(calls).toBe(2);
    expect(lines).toEqual([
      'Preparing the graph of the step, once …',
      expect.stringMatching(/^Prepared it in \d/),
    ]);
    expect(warnings).toEqual([]);
  });

  it('gives the same bits in its first call as in a later one', () => {
    const step: StepFunction = ([x]) => [tf.softmax(tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D))];
    const numbers = Array.from({ length: 32 * 32 }, (_, i) => Math.sin(i));
    const { call } = compile(step);
    const x = () => tf.tensor2d(numbers, [32, 32]);
    const first = call(x());
    call(tf.zeros([32, 32]));
    expect(call(x())).toEqual(first);
  });

  it('captures anew for other shapes, and keeps the old ones', () => {
    let calls = 0;
    const { call } = compile(([x]) => {
      calls++;
      return [tf.sum(tf.square(x))];
    });
    for (let i = 0; i < 3; i++) expect(call(tf.tensor1d([i, 2]))).toEqual([[i * i + 4]]);
    for (let i = 0; i < 3; i++) expect(call(tf.tensor1d([i, 2, 3]))).toEqual([[i * i + 13]]);
    expect(call(tf.tensor1d([5, 2]))).toEqual([[29]]);
    expect(calls).toBe(4);
  });

  it.each([false, true])('gives gradients, gathers and slices as op by op (XLA: %s)', (xla) => {
    const step: StepFunction = ([x, ids]) => {
      const { value, grad } = tf.valueAndGrad((each) =>
        tf.sum(
          tf.slice(tf.softmax(tf.gather(each as tf.Tensor2D, ids as tf.Tensor1D)), [0, 1], [2, 1]),
        ),
      )(x);
      return [value, grad];
    };
    const { call, warnings } = compile(step, [], xla);
    const inputs = () => [
      tf.tensor2d([0.1, 0.7, -0.3, 1, 2, 3], [2, 3]),
      tf.tensor1d([1, 0, 1], 'int32'),
    ];
    const eager = tf.tidy(() => step(inputs()).map((result) => Array.from(result.dataSync())));
    const captured = call(...inputs());
    expect(warnings).toEqual([]);
    // A handful of float32 operations on numbers of order one, in another order.
    captured.flat().forEach((value, i) => {
      expect(Math.abs(value - eager.flat()[i])).toBeLessThan(1e-6);
    });
  });

  it('lets what is delayed wait for what it is delayed by, as other inputs of the same values', () => {
    const { call, warnings } = compile(([x, y]) => {
      const [again] = delayUntil([x], tf.sum(tf.square(y)));
      return [tf.square(again), tf.square(x)];
    });
    for (let i = 1; i < 5; i++) {
      expect(call(tf.tensor1d([i, 2]), tf.tensor1d([3]))).toEqual(Array(2).fill([i * i, 4]));
    }
    expect(warnings).toEqual([]);
    const x = tf.scalar(1);
    expect(delayUntil([x], x)).toEqual([x]);
    const nodes = record(nativeBackend()!, [x], () =>
      delayUntil([x], tf.square(x)).map((again) => tf.exp(again)),
    ).recording!.ops;
    expect(nodes.map(({ name }) => name)).toEqual(['Square', 'Identity', 'Exp']);
    expect(nodes[1].after).toEqual({ from: 'op', index: 0, output: 0 });
    expect(nodes[2].inputs).toEqual([{ from: 'op', index: 1, output: 0 }]);
  });

  it.each([
    [1, false, false],
    [1, true, false],
    [-2, false, true],
    [1, true, true],
    [2, false, false],
  ])('sums along axis %i as op by op (exclusive: %s, reverse: %s)', (axis, exclusive, reverse) => {
    const step: StepFunction = ([x]) => [tf.cumsum(x, axis, exclusive, reverse)];
    const { call, warnings } = compile(step);
    const x = () => tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 3, 2]);
    const eager = tf.tidy(() => Array.from(step([x()])[0].dataSync()));
    expect(call(x())).toEqual([eager]);
    expect(warnings).toEqual([]);
  });

  it.each<[string, RegExp, StepFunction]>([
    [
      'reads a value',
      /it reads the value of a tensor/,
      ([x]) => [tf.mul(x, x.dataSync<'float32'>()[0])],
    ],
    [
      'draws random numbers in JavaScript',
      /do not execute the same ops on the same constants/,
      ([x]) => [tf.add(tf.mul(x, x), tf.mul(0, tf.randomUniform([1])))],
    ],
    [
      'executes an op that is not pure',
      /it executes the op Multinomial/,
      ([x]) => [
        tf.add(
          tf.square(x),
          tf.mul(0, tf.cast(tf.multinomial(tf.tensor1d([1, 1]), 1) as tf.Tensor1D, 'float32')),
        ),
      ],
    ],
  ])('runs a function op by op, with a notice, that %s', (_, notice, step) => {
    const { call, warnings } = compile(step);
    for (let i = 0; i < 4; i++) expect(call(tf.tensor1d([i]))).toEqual([[i * i]]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(notice);
  });

  it('does not freeze a variable that it was not told of', () => {
    const w = variable([2]);
    const { call, warnings } = compile(([x]) => [tf.mul(x, w)]);
    for (let i = 0; i < 4; i++) {
      w.assign(tf.tensor1d([i]));
      expect(call(tf.tensor1d([3]))).toEqual([[3 * i]]);
    }
    expect(warnings[0]).toMatch(/it uses the variable .+, which is not given/);
  });

  it('leaves the backend as it was when the function throws', () => {
    const { call } = compile(() => {
      throw new Error('no step');
    });
    const own = () => Object.keys(tf.backend());
    const before = own();
    expect(() => call(tf.tensor1d([1]))).toThrow('no step');
    expect(own()).toEqual(before);
    expect(tf.square(3).dataSync()[0]).toBe(9);
  });

  it('leaves no tensor behind', () => {
    const x = tf.tensor1d([1, 2]);
    const { call } = compile(([input]) => [tf.square(input)]);
    const { numTensors } = tf.memory();
    for (let i = 0; i < 5; i++) call(x);
    expect(tf.memory().numTensors).toBe(numTensors);
    x.dispose();
  });
});
