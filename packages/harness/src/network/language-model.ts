import {
  checkpoint,
  KeyedNormal,
  RMSNorm,
  TransformerBlock,
  type BlockCallOptions,
} from '@shaped/attention';
import { deriveSeed } from '@shaped/random';
import type { Architecture } from '@shaped/sde';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { delayUntil } from '../capture/index.js';
import { Failure } from '../failure.js';
import { buildBlocks, type BlockTraining } from './build-blocks.js';
import { TextEmbedding } from './text-embedding.js';
import { TiedReadout } from './tied-readout.js';

export interface LanguageModelOptions extends BlockTraining {
  /** The blocks; their mask follows from what is learned. */
  arch: Architecture;
  /** Number of token ids. */
  vocabulary: number;
  /** Whether a position embedding is added to the tokens'. */
  positions: boolean;
  seed: number;
  /**
   * ln p of every token, the first bias of the readout. Defaults to zeros. With the frequencies of
   * the text the training begins at the unigram loss and spends no step on getting there.
   */
  logPrior?: ArrayLike<number>;
  /** The id that fills a sequence behind a short text: no query sees it. Defaults to none. */
  padding?: number;
  /** Whether the readout is the token embedding again. Defaults to false. */
  tiedEmbeddings?: boolean;
}

/** A language model and the layers that its metrics are taken from. */
export interface LanguageModel {
  /** Token ids `[B, T]` int32 to logits `[B, T, vocabulary]`. */
  model: tfl.LayersModel;
  embedding: TextEmbedding;
  blocks: TransformerBlock[];
  /** What turns the last block's output into logits, in order: the final norm and the readout. */
  head: Layer[];
  /** T, the tokens of a sequence. */
  tokens: number;
  /**
   * Whether a gradient computes every block again in the backward pass instead of keeping what is
   * inside it: less memory, more time. Defaults to false; docs/decisions/gradient-checkpointing.md.
   */
  checkpointing?: boolean;
}

type Layer = InstanceType<typeof tfl.layers.Layer>;

/**
 * A language model around the blocks of an architecture:
 * `logits = rmsNorm(X_L) W + b`, `X_0` the embedding of the tokens.
 *
 * The blocks are those of the probe, with the gains γ1 and γ2 trainable unless told otherwise. The final norm takes a
 * token's length and keeps its direction: at depth ~ width the lengths of a shaped network spread
 * over a factor of e (docs/theory.md, section 5) and would set the temperature of the predictions.
 * The readout W starts as N(0, 1/D²), so that the first logits are b + O(1/√D); with tied embeddings
 * see `TiedReadout`. All weights are
 * functions of the seed and their names. The choices are in
 * docs/decisions/training-parametrization.md.
 *
 * With a causal mask it can learn to tell the next token, with a full one to tell hidden tokens.
 *
 * @throws Failure when the network cannot express the architecture
 */
export function buildLanguageModel({
  arch,
  vocabulary,
  positions,
  seed,
  logPrior,
  padding,
  tiedEmbeddings = false,
  ...training
}: LanguageModelOptions): LanguageModel {
  const { tokens, width } = arch;
  const input = tfl.input({ shape: [tokens], dtype: 'int32', name: 'tokens' });
  const layers = [
    new TextEmbedding({
      ...{ vocabulary, width, positions, padding },
      seed: deriveSeed(seed, 'embedding'),
      name: 'embedding',
    }),
    ...buildBlocks(arch, seed, training),
    new RMSNorm({ name: 'final_norm' }),
    tiedEmbeddings
      ? new TiedReadout({ vocabulary, name: 'readout' })
      : tfl.layers.dense({
          units: vocabulary,
          kernelInitializer: new KeyedNormal({
            seed: deriveSeed(seed, 'readout'),
            stddev: 1 / width,
          }),
          biasInitializer: 'zeros',
          name: 'readout',
        }),
  ];
  const output = layers.reduce<tfl.SymbolicTensor>(
    (x, layer) => layer.apply(x) as tfl.SymbolicTensor,
    input,
  );
  const network = languageModel(
    tfl.model({ inputs: input, outputs: output, name: 'language_model' }),
  );
  if (logPrior !== undefined) setBias(network, logPrior);
  return network;
}

/**
 * The parts of a language model, such as one that was read from disk.
 *
 * @throws Failure when it was not made by `buildLanguageModel`
 */
export function languageModel(model: tfl.LayersModel): LanguageModel {
  const embedding = model.layers.find((layer) => layer instanceof TextEmbedding);
  const blocks = model.layers.filter((layer) => layer instanceof TransformerBlock);
  if (embedding === undefined || blocks.length === 0) {
    throw new Failure(
      `languageModel: expected a text embedding and Transformer blocks, got the layers ${model.layers.map(({ name }) => name).join(', ')}. Use a model of shaped train.`,
    );
  }
  for (const layer of model.layers) if (layer instanceof TiedReadout) layer.tie(embedding);
  const last = model.layers.indexOf(blocks[blocks.length - 1]);
  const [, tokens] = model.inputs[0].shape as [null, number];
  return { model, embedding, blocks, head: model.layers.slice(last + 1), tokens };
}

function setBias({ model }: LanguageModel, values: ArrayLike<number>): void {
  const bias = model.getLayer('readout').weights.at(-1)!;
  const tensor = tf.tensor1d(Float32Array.from(values));
  bias.write(tensor);
  tensor.dispose();
}

/** The masks of a forward pass, 0 or 1/(1 − rate) an entry, in the order of `dropoutPlaces`. */
export type DropoutMasks = readonly tf.Tensor[];

export interface ForwardOptions {
  /** Multiply what dropout acts on, in the order of `dropoutPlaces`. Defaults to none. */
  dropout?: DropoutMasks;
  /**
   * 1 for a token, 0 for padding, `[B, T]`: no query sees a padded key. By default what the embedding
   * knows as padding.
   */
  padding?: tf.Tensor2D;
}

/** The logits of token ids, `[B, T, vocabulary]`. */
export function logitsOf(
  network: LanguageModel,
  ids: tf.Tensor2D,
  { dropout = [], padding }: ForwardOptions = {},
): tf.Tensor3D {
  const { model, embedding, blocks, head, checkpointing = false } = network;
  const isPlain = dropout.length === 0 && padding === undefined && embedding.padding === undefined;
  if (isPlain && !checkpointing) return model.apply(ids) as tf.Tensor3D;
  // Layer by layer: a tfjs model that is applied to tensors also keeps the mask of its first call.
  return tf.tidy(() => {
    const mask = padding ?? embedding.computeMask(ids);
    const [ofEmbedding, ...ofBlocks] = dropout;
    const embedded = embedding.apply(ids) as tf.Tensor;
    let x = ofEmbedding === undefined ? embedded : tf.mul(embedded, ofEmbedding);
    blocks.forEach((block, i) => {
      const [softmax, attention, mlp] = ofBlocks.slice(3 * i, 3 * i + 3);
      const options: BlockCallOptions = {
        mask,
        dropoutMask: softmax,
        branchMasks: { attention, mlp },
      };
      const apply = (y: tf.Tensor) => block.apply(y, options) as tf.Tensor;
      const constants = [padding, softmax, attention, mlp].filter((mask) => mask !== undefined);
      x = checkpointing ? checkpoint(apply, { constants, delay: delayUntil })(x) : apply(x);
    });
    return head.reduce((y, layer) => layer.apply(y) as tf.Tensor, x) as tf.Tensor3D;
  });
}
