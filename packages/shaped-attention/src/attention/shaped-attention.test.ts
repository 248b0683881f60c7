import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { keyFromSeed, Stream } from '@shaped/random';
import { describe, expect, test } from 'vitest';
import {
  twinGradient,
  twinMatrix,
  twinOutput,
  type TwinProblem,
} from '../testing/attention-twin.js';
import { describeOnBackends } from '../testing/backends.js';
import { expectFloat32 } from '../testing/close.js';
import { keyPositions, type Alignment } from './alignment.js';
import { runningSum } from './running-sum.js';
import {
  shapedAttention,
  shapedAttentionWithScores,
  type ShapedAttentionOptions,
} from './shaped-attention.js';

/** Two products of at most 5 terms, an exponential and a quotient, and as much backwards. */
const ROUNDINGS = 100;

const [batch, heads, keyDim, valueDim] = [2, 2, 3, 2];
const tau = 1.3;
const NAMES = ['q', 'k', 'v', 'gamma1', 'gamma2', 'gammaS'] as const;

interface Setting {
  title: string;
  queries?: number;
  keys?: number;
  alignment?: Alignment;
  causal?: boolean;
  /** `[B, S]` */
  padding?: number[][];
  /** `[T, S]` or `[B, T, S]` */
  explicit?: number[][] | number[][][];
  dropout?: boolean;
}

const padding = [
  [1, 1, 0, 1],
  [0, 1, 1, 0],
];
const perBatch = [
  [
    [1, 0, 0, 1],
    [0, 1, 1, 0],
    [1, 1, 1, 1],
    [0, 0, 1, 0],
  ],
  [
    [0, 0, 0, 0],
    [1, 0, 1, 0],
    [0, 0, 0, 1],
    [1, 1, 0, 1],
  ],
];
const SETTINGS: Setting[] = [
  { title: 'no mask' },
  { title: 'causal', causal: true },
  { title: 'padding', padding },
  { title: 'a fully padded window', padding: [[0, 0, 0, 0], padding[1]] },
  { title: 'causal and padding', causal: true, padding },
  { title: 'explicit, one for all', explicit: perBatch[0] },
  { title: 'explicit with a row without keys', explicit: perBatch },
  { title: 'causal, padding and explicit', causal: true, padding, explicit: perBatch },
  { title: 'no mask and dropout', dropout: true },
  { title: 'causal, padding and dropout', causal: true, padding, dropout: true },
  { title: 'a cache: 2 queries at the end, causal', queries: 2, alignment: 'end', causal: true },
  { title: '2 queries at the start', queries: 2, alignment: 'start' },
  { title: 'scattered queries, causal', queries: 3, alignment: [3, 0, 9], causal: true },
  { title: 'queries before the first key, causal', keys: 3, alignment: 'end', causal: true },
  {
    title: 'more queries than keys, padding',
    keys: 3,
    alignment: 'start',
    padding: [
      [1, 1, 0],
      [0, 1, 1],
    ],
  },
];

/** A setting as tensors for the function and as a float64 problem for the twin. */
function problem({ queries = 4, keys = 4, ...setting }: Setting, seed: number) {
  const stream = new Stream(keyFromSeed(seed));
  // Values are rounded to float32 first, so that both sides see the same inputs.
  const draw = (size: number) => Float64Array.from(stream.fillNormal32(new Float32Array(size)));
  const arrays = {
    q: draw(batch * heads * queries * keyDim),
    k: draw(batch * heads * keys * keyDim),
    v: draw(batch * heads * keys * valueDim),
    gamma1: draw(heads),
    gamma2: draw(heads),
    gammaS: draw(heads),
  };
  const positions = keyPositions(setting.alignment, queries, keys)!;
  const dropout = setting.dropout
    ? draw(batch * heads * queries * keys).map((x) => (x < 0 ? 0 : 2))
    : undefined;
  const isAllowed = (b: number, i: number, j: number) => {
    const rows = setting.explicit?.map((part) => part);
    const row = typeof rows?.[0][0] === 'number' ? rows[i] : rows?.[b][i];
    return (
      (!setting.causal || j <= positions[i]) &&
      (setting.padding?.[b][j] ?? 1) === 1 &&
      ((row as number[] | undefined)?.[j] ?? 1) === 1
    );
  };
  const twin: TwinProblem = {
    sizes: { batch, heads, queries, keys, keyDim, valueDim },
    ...arrays,
    tau,
    allowed: isAllowed,
    own: (i) => positions[i],
    dropout,
  };
  const shapes: Record<(typeof NAMES)[number], number[]> = {
    q: [batch, heads, queries, keyDim],
    k: [batch, heads, keys, keyDim],
    v: [batch, heads, keys, valueDim],
    gamma1: [heads],
    gamma2: [heads],
    gammaS: [heads],
  };
  const tensors = NAMES.map((name) => tf.tensor(Float32Array.from(arrays[name]), shapes[name]));
  const options: ShapedAttentionOptions = {
    tau,
    alignment: setting.alignment,
    useCausalMask: setting.causal,
    paddingMask: setting.padding && tf.tensor(setting.padding, undefined, 'bool'),
    attentionMask: setting.explicit && tf.tensor(setting.explicit),
    dropoutMask: dropout && tf.tensor(Float32Array.from(dropout), [batch, heads, queries, keys]),
  };
  const seen = draw(batch * heads * queries * valueDim);
  const seenTensor = tf.tensor(Float32Array.from(seen), [batch, heads, queries, valueDim]);
  return { twin, tensors, options, seen, seenTensor };
}

describeOnBackends('shapedAttention', () => {
  test.each(SETTINGS)('has the values and gradients of its float64 twin: $title', (setting) => {
    tf.tidy(() => {
      const { twin, tensors, options, seen, seenTensor } = problem(setting, 1);
      const run = (
        q: tf.Tensor,
        k: tf.Tensor,
        v: tf.Tensor,
        ...[gamma1, gamma2, gammaS]: tf.Tensor[]
      ) => shapedAttention(q, k, v, { ...options, gamma1, gamma2, gammaS });
      const [q, k, v, ...gains] = tensors;
      expectFloat32(run(q, k, v, ...gains), twinOutput(twin), ROUNDINGS, 'output');
      const gradients = tf.grads((...args: tf.Tensor[]) =>
        tf.sum(tf.mul(run(args[0], args[1], args[2], ...args.slice(3)), seenTensor)),
      )(tensors);
      NAMES.forEach((name, i) => {
        expectFloat32(gradients[i], twinGradient(twin, name, seen), ROUNDINGS, name);
      });
    });
  });

  test.each([...SETTINGS, { title: 'many keys, causal', queries: 9, keys: 9, causal: true }])(
    'has the values and gradients of its float64 twin at γs = 1: $title',
    (setting) => {
      tf.tidy(() => {
        const { twin, tensors, options, seen, seenTensor } = problem(setting, 7);
        const unit = { ...twin, gammaS: new Float64Array(heads).fill(1) };
        const names = NAMES.slice(0, 5);
        const run = ([q, k, v, gamma1, gamma2]: tf.Tensor[]) =>
          shapedAttention(q, k, v, { ...options, gamma1, gamma2 });
        expectFloat32(run(tensors), twinOutput(unit), ROUNDINGS, 'output');
        const gradients = tf.grads((...args: tf.Tensor[]) => tf.sum(tf.mul(run(args), seenTensor)))(
          tensors.slice(0, 5),
        );
        names.forEach((name, i) => {
          expectFloat32(gradients[i], twinGradient(unit, name, seen), ROUNDINGS, name);
        });
        const { output, scores } = shapedAttentionWithScores(tensors[0], tensors[1], tensors[2], {
          ...options,
          gamma1: 0.5,
          gamma2: tf.scalar(2),
        });
        const numbers = {
          ...unit,
          gamma1: new Float64Array(heads).fill(0.5),
          gamma2: new Float64Array(heads).fill(2),
        };
        expectFloat32(output, twinOutput(numbers), ROUNDINGS, 'output of numbers');
        if (setting.dropout) return;
        expectFloat32(scores, twinMatrix(numbers), ROUNDINGS, 'scores of numbers');
      });
    },
  );

  test.each(SETTINGS.filter(({ dropout }) => !dropout))(
    'equals its explicit matrix, values and gradients: $title',
    (setting) => {
      tf.tidy(() => {
        const { twin, tensors, options, seenTensor } = problem(setting, 2);
        const explicit = (args: tf.Tensor[]) => {
          const [q, k, v, gamma1, gamma2, gammaS] = args;
          return shapedAttentionWithScores(q, k, v, { ...options, gamma1, gamma2, gammaS });
        };
        const { output, scores } = explicit(tensors);
        expectFloat32(scores, twinMatrix(twin), ROUNDINGS, 'scores');
        const loss = (y: tf.Tensor) => tf.sum(tf.mul(y, seenTensor));
        const fast = tf.grads((...args: tf.Tensor[]) => loss(explicit(args).output))(tensors);
        const slow = tf.grads((...args: tf.Tensor[]) =>
          loss(tf.matMul(explicit(args).scores, args[2])),
        )(tensors);
        expectFloat32(output, tf.matMul(scores, tensors[2]).dataSync(), ROUNDINGS, 'output');
        NAMES.forEach((name, i) => {
          expectFloat32(fast[i], slow[i].dataSync(), ROUNDINGS, name);
        });
      });
    },
  );

  test('a row with no allowed key keeps only its identity term', () => {
    tf.tidy(() => {
      const { tensors, options } = problem({ title: '', explicit: perBatch }, 3);
      const [q, k, v] = tensors;
      const { output, scores } = shapedAttentionWithScores(q, k, v, { ...options, gamma1: 0.5 });
      const row = (x: tf.Tensor) => [...tf.slice(x, [1, 0, 0, 0], [1, 1, 1, -1]).dataSync()];
      expect(row(scores)).toEqual([0.5, 0, 0, 0]);
      expect(row(output)).toEqual(row(v).map((x) => 0.5 * x));
    });
  });

  test('at zero logits and unit gains the matrix is the identity', () => {
    tf.tidy(() => {
      const zero = tf.zeros([1, 1, 3, 2]);
      const useCausalMask = true;
      const { scores } = shapedAttentionWithScores(zero, zero, zero, { tau, useCausalMask });
      expectFloat32(scores, [1, 0, 0, 0, 1, 0, 0, 0, 1], 2);
    });
  });

  test('unshaped attention is the softmax alone', () => {
    tf.tidy(() => {
      const { twin, tensors, options } = problem({ title: '', causal: true }, 4);
      const [q, k, v] = tensors;
      const zeros = new Float64Array(heads);
      const softmax = twinOutput({
        ...twin,
        gamma1: zeros,
        gamma2: zeros,
        gammaS: zeros.map(() => 1),
      });
      expectFloat32(shapedAttention(q, k, v, { ...options, shaped: false }), softmax, ROUNDINGS);
    });
  });

  test('the running sum and both its gradients are right on the token axis', () => {
    tf.tidy(() => {
      const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 1, 3, 2]);
      const w = tf.tensor4d([1, 10, 2, 20, 3, 30], [1, 1, 3, 2]);
      expect([...runningSum(x).dataSync()]).toEqual([1, 2, 4, 6, 9, 12]);
      const first = (y: tf.Tensor) => tf.sum(tf.mul(runningSum(y as tf.Tensor4D), w));
      expect([...tf.grad(first)(x).dataSync()]).toEqual([6, 60, 5, 50, 3, 30]);
      const squared = (y: tf.Tensor) => tf.sum(tf.square(runningSum(y as tf.Tensor4D)));
      const second = tf.grad((y: tf.Tensor) => tf.sum(tf.mul(tf.grad(squared)(y), w)));
      // The Hessian is 2 Lᵀ L with L the lower triangle of ones.
      expect([...second(x).dataSync()]).toEqual([20, 200, 18, 180, 12, 120]);
    });
  });

  test.each([
    { title: 'no mask' },
    { title: 'causal', causal: true },
    { title: 'padding', padding },
  ])(
    'shaping forms no further matrix of queries by keys for each head: $title',
    async (setting: Setting) => {
      const { tensors, options } = problem(setting, 6);
      const [q, k, v, gamma1, gamma2, gammaS] = tensors;
      const matrices = async (shaped: boolean) => {
        const { kernels } = await tf.profile(() =>
          shapedAttention(q, k, v, { ...options, shaped, gamma1, gamma2, gammaS }),
        );
        const isMatrix = (shape: number[]) => shape.join() === [batch, heads, 4, 4].join();
        return kernels.filter(({ outputShapes }) => outputShapes.some(isMatrix)).length;
      };
      expect(await matrices(true)).toBe(await matrices(false));
      expect(await matrices(false)).toBeGreaterThan(1);
    },
  );

  test('no tensor is left behind, values and gradients', () => {
    const { tensors, options, seenTensor } = problem(SETTINGS[7], 5);
    const [q, k, v] = tensors;
    const step = () => {
      const loss = (x: tf.Tensor) => tf.sum(tf.mul(shapedAttention(x, k, v, options), seenTensor));
      tf.dispose([tf.grad(loss)(q), shapedAttention(q, k, v, options)]);
    };
    step();
    const before = tf.memory().numTensors;
    step();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('what shapedAttention refuses', () => {
  const x = (queries: number, width = 2) => tf.zeros([1, 1, queries, width]);
  test('unequal lengths without an alignment, saying why; not where no identity is needed', () => {
    expect(() => shapedAttention(x(2), x(3), x(3), { tau })).toThrow(/which key is a query's own/);
    const without = { tau, gamma1: 0 };
    expect(shapedAttention(x(2), x(3), x(3), without).shape).toEqual([1, 1, 2, 2]);
    const unshaped = { tau, shaped: false, useCausalMask: true };
    expect(shapedAttention(x(2), x(3), x(3), unshaped).shape).toEqual([1, 1, 2, 2]);
  });
  test('shapes, temperatures, masks and positions that do not fit', () => {
    const call = (options: object) => () => shapedAttention(x(2), x(2), x(2), { tau, ...options });
    expect(() => shapedAttention(x(2), x(2, 3), x(2), { tau })).toThrow(
      /expected q \[B, H, T, K\]/,
    );
    expect(call({ tau: 0 })).toThrow(/tau to be positive/);
    expect(call({ paddingMask: tf.ones([2, 2]) })).toThrow(/paddingMask of shape/);
    expect(call({ attentionMask: tf.ones([2, 3]) })).toThrow(/attentionMask of shape/);
    expect(call({ alignment: [0] })).toThrow(/2 integers, got \[0\]/);
  });
});
