import { ShapedAttention } from '@shaped/attention';
import { PropagationMetrics, type PropagationRecord } from '@shaped/harness/metrics';
import { keyFromSeed, Stream } from '@shaped/random';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

const [SEQUENCES, TOKENS, WIDTH] = [32, 8, 16];

/** What attention did on one backend. */
export interface AttentionOutcome {
  backend: string;
  /** Causal and full shaped attention of the same tokens with the same weights, [B, T, D]. */
  causal: number[];
  full: number[];
  /** Of the same batch before and after one epoch of `fit`. */
  lossBefore: number;
  lossAfter: number;
  records: PropagationRecord[];
  skipped: number;
}

function tokens(): tf.Tensor3D {
  const values = new Float32Array(SEQUENCES * TOKENS * WIDTH);
  new Stream(keyFromSeed(7)).fillNormal32(values, 1);
  return tf.tensor3d(values, [SEQUENCES, TOKENS, WIDTH]);
}

function attend(useCausalMask: boolean, x: tf.Tensor): number[] {
  return tf.tidy(() => {
    const layer = new ShapedAttention({ numHeads: 2, keyDim: 8, useCausalMask, seed: 3 });
    return [...(layer.apply(x) as tf.Tensor).dataSync()];
  });
}

function network(): tfl.LayersModel {
  const input = tfl.input({ shape: [TOKENS, WIDTH] });
  const attention = new ShapedAttention({
    numHeads: 2,
    keyDim: 8,
    useCausalMask: true,
    seed: 3,
    name: 'attention',
  });
  const sum = tfl.layers.add({ name: 'residual' });
  const readout = tfl.layers.dense({
    units: 1,
    kernelInitializer: tfl.initializers.glorotNormal({ seed: 5 }),
    name: 'readout',
  });
  const mixed = attention.apply(input) as tfl.SymbolicTensor;
  const residual = sum.apply([input, mixed]) as tfl.SymbolicTensor;
  return tfl.model({ inputs: input, outputs: readout.apply(residual) as tfl.SymbolicTensor });
}

/** Attention, an epoch of training and its propagation metrics on tfjs's current backend. */
export async function attentionWorkload(): Promise<AttentionOutcome> {
  const x = tokens();
  const y = tf.tidy(() => tf.mean(x, -1, true));
  const probe = tf.tidy(() => tf.slice(x, [0, 0, 0], [2, TOKENS, WIDTH]));
  const model = network();
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
  const loss = () =>
    tf.tidy(() => (model.evaluate(x, y, { batchSize: SEQUENCES }) as tf.Scalar).dataSync()[0]);
  const metrics = new PropagationMetrics({ probe, matrices: true });
  const lossBefore = loss();
  await model.fit(x, y, {
    epochs: 1,
    batchSize: 8,
    shuffle: false,
    verbose: 0,
    callbacks: metrics,
  });
  return {
    backend: tf.getBackend(),
    causal: attend(true, x),
    full: attend(false, x),
    lossBefore,
    lossAfter: loss(),
    records: metrics.history,
    skipped: metrics.skipped.length,
  };
}
