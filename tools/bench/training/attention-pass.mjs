import { ShapedAttention } from '../../../packages/shaped-attention/dist/index.js';
import { compileStep } from '../../../packages/harness/dist/capture/index.js';
import { tf } from './tensors.mjs';

/**
 * Forward and backward passes of one causal attention block, compiled where the backend can: a
 * function that makes `count` of them, reading one number of each.
 *
 * @param {{ batch: number, tokens: number, width: number, heads: number, tau0: number }} sizes
 * @param {boolean} shaped false for plain softmax attention
 */
export function attentionPass({ batch, tokens, width, heads, tau0 }, shaped) {
  const keyDim = width / heads;
  const layer = new ShapedAttention({
    ...{ shaped, numHeads: heads, keyDim, valueDim: keyDim, tau0, useCausalMask: true },
    ...{ outputProjection: false, parametrization: 'paper', seed: 1 },
    name: shaped ? 'shaped' : 'plain',
  });
  const x = tf.randomNormal([batch, tokens, width], 0, 1, 'float32', 1);
  tf.dispose(layer.apply(x));
  const variables = layer.trainableWeights.map((weight) => weight.read());
  const loss = (input) => tf.sum(tf.square(layer.call(input, {})));
  const step = compileStep(
    ([input]) => {
      const all = tf.variable(input, true);
      const { value, grads } = tf.variableGrads(() => loss(all), [all, ...variables]);
      all.dispose();
      return [value, ...Object.values(grads)];
    },
    { variables },
  );
  return {
    run(count) {
      for (let i = 0; i < count; i++) tf.tidy(() => void step([x])[0].dataSync());
    },
    dispose() {
      step.dispose();
      layer.dispose();
      x.dispose();
    },
  };
}
