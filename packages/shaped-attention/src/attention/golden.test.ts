import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import golden from '../testing/golden/attention.json' with { type: 'json' };
import { describeOnBackends } from '../testing/backends.js';
import { expectFloat32, float32Roundings } from '../testing/close.js';
import { confirm, reject } from '../testing/evidence.js';
import type { ShapedAttentionArgs } from './shaped-attention-args.js';
import { ShapedAttention } from './shaped-attention-layer.js';
import type { TemperatureRule } from './temperature.js';

/** Values: four products of at most 6 terms, an exponential and a quotient; 6 were measured. */
const VALUE_ROUNDINGS = 40;
/** The same backwards, summed over batch and tokens, with cancellations; 170 were measured. */
const GRADIENT_ROUNDINGS = 400;

const { B, T, D, K, V } = golden.dimensions;
type Case = (typeof golden.cases)[number];
interface Weights {
  [name: string]: { shape: number[]; values: number[] };
}

function layerOf(c: Case, change: Partial<ShapedAttentionArgs> = {}): ShapedAttention {
  const layer = new ShapedAttention({
    numHeads: c.numHeads,
    keyDim: K,
    valueDim: V,
    outputProjection: c.outputProjection,
    temperature: c.temperature as TemperatureRule,
    tau0: c.tau0,
    shaped: c.shaped,
    useBias: c.useBias,
    useCausalMask: c.causal,
    trainableSoftmaxGain: true,
    ...change,
  });
  layer.build([null, T, D]);
  for (const [name, { shape, values }] of Object.entries(c.weights as unknown as Weights)) {
    layer.weight(name)!.write(tf.tensor(values, shape));
  }
  return layer;
}

function optionsOf(c: Case) {
  return {
    mask: c.padding === null ? null : tf.tensor2d(c.padding, [B, T]),
    attentionMask: c.explicit === null ? null : tf.tensor(c.explicit, c.explicitShape),
  };
}

describeOnBackends('the golden values of PyTorch', () => {
  test.each(golden.cases.map((c, i) => ({ c, title: `${i}: ${c.mask}, ${c.numHeads} head(s)` })))(
    'values, matrix and every gradient, case $title',
    ({ c }) => {
      const layer = layerOf(c);
      tf.tidy(() => {
        const x = tf.tensor3d(c.x, [B, T, D]);
        const options = optionsOf(c);
        const { output, scores } = layer.tap(x, options);
        const worst = Math.max(
          float32Roundings(output, c.output, 'output'),
          float32Roundings(scores, c.scores, 'scores'),
        );
        confirm('attention matrix', worst, VALUE_ROUNDINGS, 'roundings');
        expectFloat32(layer.apply(x, options) as tf.Tensor, c.output, VALUE_ROUNDINGS, 'apply');

        const seen = tf.tensor(c.lossWeights, output.shape);
        const loss = (input: tf.Tensor): tf.Scalar =>
          tf.sum(tf.mul(layer.call(input, options) as tf.Tensor, seen));
        const gradients = c.gradients as unknown as Record<string, number[]>;
        expectFloat32(tf.grad(loss)(x), gradients['x'], GRADIENT_ROUNDINGS, 'gradient of x');
        const { grads } = tf.variableGrads(() => loss(x));
        const names = Object.keys(c.weights);
        expect(layer.trainableWeights).toHaveLength(names.length);
        for (const name of names) {
          const gradient = grads[layer.weight(name)!.name];
          expectFloat32(gradient, gradients[name], GRADIENT_ROUNDINGS, `gradient of ${name}`);
        }
      });
      layer.dispose();
    },
  );

  test('a matrix with another temperature, mask or centring is rejected', () => {
    const shaped = golden.cases.filter((c) => c.shaped);
    const scoresOf = (c: Case, change: Partial<ShapedAttentionArgs>, centred: boolean) => {
      const layer = layerOf(c, change);
      const gamma2 = layer.weight('gamma2')!;
      if (!centred) gamma2.write(tf.zeros(gamma2.shape as number[]));
      const seen = tf.tidy(() => {
        const x = tf.tensor3d(c.x, [B, T, D]);
        return float32Roundings(layer.tap(x, optionsOf(c)).scores, c.scores, 'scores');
      });
      layer.dispose();
      return seen;
    };
    const refuse = (
      wrong: string,
      c: Case,
      change: Partial<ShapedAttentionArgs> = {},
      centred = true,
    ) => {
      const seen = scoresOf(c, change, centred);
      reject('attention matrix', wrong, seen, VALUE_ROUNDINGS, 'roundings');
    };
    for (const c of shaped) {
      refuse('τ0 1 % off', c, { tau0: 1.01 * c.tau0 });
      refuse('no centring', c, {}, false);
      if (c.causal) refuse('no causal mask', c, { useCausalMask: false });
    }
  });
});
