import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { BACKENDS, useBackend } from '../metrics/testing/backends.js';
import { clipFactor } from './clip-factor.js';
import { isDecayed } from './is-decayed.js';
import type { WeightState } from './update-rule.js';
import { decayOf, updateRuleOf, type OptimizerSettings } from './update-rule-of.js';

type Named<T> = Record<'kernel' | 'bias', T>;
interface Golden {
  shapes: Named<number[]>;
  rates: number[];
  start: Named<number[]>;
  gradients: Named<number[][]>;
  cases: {
    settings: Partial<OptimizerSettings> & { clip?: number };
    path: Named<number[]>[];
  }[];
}

/** PyTorch in float64: tools/golden/optimizers.py. */
const golden = JSON.parse(
  readFileSync(new URL('./testing/golden/optimizers.json', import.meta.url), 'utf8'),
) as Golden;

const NAMES = ['kernel', 'bias'] as const;
const DEFAULTS: OptimizerSettings = {
  optimizer: 'adam',
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  momentum: 0.9,
};

/** Six updates of numbers below 10, each a dozen roundings of float32 of which few add up. */
const ROUNDING = 16 * 10 * 2 ** -24;

/** The weights after each update, as a training makes them. */
function trained({ clip, ...changes }: Golden['cases'][number]['settings']): Named<number[]>[] {
  const settings = { ...DEFAULTS, ...changes };
  const rule = updateRuleOf(settings);
  const path: Named<number[]>[] = [];
  tf.tidy(() => {
    const states = NAMES.map((name): WeightState => {
      const weight = tf.tensor(golden.start[name], golden.shapes[name]);
      return { weight, slots: rule.slots.map(() => tf.zerosLike(weight)) };
    });
    golden.rates.forEach((rate, step) => {
      const gradients = NAMES.map((name) =>
        tf.tensor(golden.gradients[name][step], golden.shapes[name]),
      );
      const norm: tf.Scalar = tf.sqrt(tf.addN(gradients.map((g) => tf.sum(tf.square(g)))));
      const factor = clip === undefined ? undefined : clipFactor(norm, clip);
      const own = rule.scale(step, rate).map((value) => tf.scalar(value));
      const kept = tf.scalar(1 - rate * decayOf(settings));
      NAMES.forEach((name, i) => {
        const scale = { factor, own, kept: isDecayed(name) ? kept : undefined };
        states[i] = rule.update(states[i], gradients[i], scale);
      });
      const [kernel, bias] = states.map(({ weight }) => Array.from(weight.dataSync()));
      path.push({ kernel, bias });
    });
  });
  return path;
}

describe.each(BACKENDS)('optimisers on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(golden.cases)('follow PyTorch: $settings', ({ settings, path }) => {
    const own = trained(settings);
    path.forEach((expected, step) => {
      for (const name of NAMES) {
        expected[name].forEach((value, i) => {
          expect(Math.abs(own[step][name][i] - value)).toBeLessThan(ROUNDING);
        });
      }
    });
  });

  it('are told apart by the golden values', () => {
    const last = golden.cases.map(({ path }) => path[path.length - 1].kernel);
    last.forEach((a, i) => {
      for (const b of last.slice(i + 1)) {
        expect(Math.max(...a.map((value, j) => Math.abs(value - b[j])))).toBeGreaterThan(
          1000 * ROUNDING,
        );
      }
    });
  });
});

describe('adam', () => {
  it('moves a weight by the learning rate in the first step, whatever the gradient', () => {
    const rule = updateRuleOf(DEFAULTS);
    const moved = tf.tidy(() => {
      const zeros = tf.zeros([2]);
      const own = rule.scale(0, 0.01).map((value) => tf.scalar(value));
      const state = { weight: zeros, slots: [zeros, zeros] };
      return rule.update(state, tf.tensor1d([1e-3, -20]), { own }).weight.dataSync<'float32'>();
    });
    // ε is a hundred-thousandth of the smaller gradient.
    expect(Math.abs(moved[0] / -0.01 - 1)).toBeLessThan(2e-5);
    expect(Math.abs(moved[1] / 0.01 - 1)).toBeLessThan(2e-5);
  });
});

describe('weight decay', () => {
  it.each([
    ['kernel', true],
    ['layer_0/query/kernel', true],
    ['embedding/token/kernel', true],
    ['readout/bias', false],
    ['layer_0/gamma1', false],
    ['final_norm/gain', false],
    ['layer_0/attention_norm/gain', false],
  ])('of %s: %s', (name, expected) => {
    expect(isDecayed(name)).toBe(expected);
  });

  it('is 0.01 of adamw where none is given, and none of the others', () => {
    expect(decayOf({ ...DEFAULTS, optimizer: 'adamw' })).toBe(0.01);
    expect(decayOf({ ...DEFAULTS, optimizer: 'adamw', weightDecay: 0 })).toBe(0);
    expect(decayOf(DEFAULTS)).toBe(0);
    expect(decayOf({ ...DEFAULTS, optimizer: 'sgd' })).toBe(0);
  });
});

describe('clipFactor', () => {
  it.each([
    [0, 1],
    [2, 1],
    [8, 0.25],
  ])('of norm %d at limit 2 is %d', (norm, factor) => {
    expect(clipFactor(tf.scalar(norm), 2).dataSync<'float32'>()[0]).toBe(factor);
  });
});
