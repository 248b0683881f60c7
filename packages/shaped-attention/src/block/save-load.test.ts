import * as tf from '@tensorflow/tfjs-core';
import {
  input,
  layers,
  loadLayersModel,
  model,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { ShapedActivation } from '../activation/shaped-activation-layer.js';
import { ShapedReLU } from '../activation/shaped-relu-layer.js';
import { ShapedAttention } from '../attention/shaped-attention-layer.js';
import { LayerNorm } from '../norm/layer-norm-layer.js';
import { RMSNorm } from '../norm/rms-norm-layer.js';
import { describeOnBackends } from '../testing/backends.js';
import { ResidualBranch } from './residual-branch.js';
import { ShapedMLP } from './shaped-mlp.js';

const [T, D] = [4, 6];

/** A model of every layer but the block, each with options that are not its defaults. */
function everything() {
  const x = input({ shape: [T, D] });
  const on = (layer: layers.Layer, from: SymbolicTensor | SymbolicTensor[]) =>
    layer.apply(from) as SymbolicTensor;
  const attention = new ShapedAttention({
    numHeads: 2,
    keyDim: 3,
    tau0: 0.7,
    trainableGains: false,
  });
  const mixed = on(attention, on(new RMSNorm({ epsilon: 1e-4 }), x));
  const sum = on(new ResidualBranch({ gamma: 0.3 }), [x, mixed]);
  const mlp = new ShapedMLP({ mlpDim: 9, activation: 'softplus', a: 0.5, useBias: true });
  const hidden = on(new ShapedReLU({ cPlus: 0.4, cMinus: -2, width: 50 }), on(mlp, sum));
  const smooth = on(new ShapedActivation({ activation: 'silu', a: 0.6 }), hidden);
  return model({ inputs: x, outputs: on(new LayerNorm({ bias: false }), smooth) });
}

describeOnBackends('saved models', () => {
  test('every layer comes back with its options and weights, even if they have moved', async () => {
    const before = tf.memory().numTensors;
    const network = everything();
    const moved = network.getWeights().map((w) => tf.add(w, 0.1));
    network.setWeights(moved);
    tf.dispose(moved);
    let saved: tf.io.ModelArtifacts | undefined;
    await network.save(
      tf.io.withSaveHandler((artifacts) => {
        saved = artifacts;
        const modelArtifactsInfo = { dateSaved: new Date(0), modelTopologyType: 'JSON' as const };
        return Promise.resolve({ modelArtifactsInfo });
      }),
    );
    const { weightData, ...rest } = saved!;
    const text = JSON.stringify(rest);
    const artifacts = { ...(JSON.parse(text) as tf.io.ModelArtifacts), weightData };
    const copy = await loadLayersModel(tf.io.fromMemory(artifacts));
    const [y, z] = tf.tidy(() => {
      const x = tf.reshape(tf.linspace(-2, 3, 2 * T * D), [2, T, D]);
      return [network, copy].map((m) => [...(m.predict(x) as tf.Tensor).dataSync()]);
    });
    expect(z).toEqual(y);
    const configs = [network, copy].map((m) => m.layers.map((layer) => layer.getConfig()));
    expect(configs[1]).toEqual(configs[0]);
    expect(copy.trainableWeights.length).toBe(network.trainableWeights.length);
    network.dispose();
    copy.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
