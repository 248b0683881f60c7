import { KeyedLayer, type KeyedLayerArgs } from '@shaped/attention';
import * as tf from '@tensorflow/tfjs-core';
import { initializers, type LayerVariable, type Shape } from '@tensorflow/tfjs-layers';
import type { TextEmbedding } from './text-embedding.js';

export interface TiedReadoutArgs extends KeyedLayerArgs {
  /** Number of token ids. */
  vocabulary: number;
}

/**
 * Logits by the token embedding, `[B, T, D]` to `[B, T, vocabulary]`: `x Eᵀ/√D + b`.
 *
 * E has rows of length about 1 and x tokens of length √D, so that the first logits are b + O(1/√D)
 * in directions that x does not share, as those of a readout of its own. E is a weight of the
 * embedding, and its gradient the sum over both uses; the one weight of this layer is `bias`.
 */
export class TiedReadout extends KeyedLayer {
  /** @nocollapse */
  static className = 'TiedReadout';
  readonly vocabulary: number;
  #embedding: TextEmbedding | undefined;
  #bias!: LayerVariable;

  constructor(args: TiedReadoutArgs) {
    super(args);
    this.vocabulary = args.vocabulary;
  }

  /** Says whose E this is; a model that was read from disk is tied anew. */
  tie(embedding: TextEmbedding): void {
    this.#embedding = embedding;
  }

  override build(): void {
    const initializer = initializers.zeros();
    this.#bias = this.addKeyedWeight('bias', [this.vocabulary], { initializer });
    this.built = true;
  }

  /** @throws Error before `tie` */
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const embedding = this.#embedding;
    if (embedding === undefined) {
      throw new Error(
        'TiedReadout: expected to be tied to an embedding, got none. Call tie, or use languageModel.',
      );
    }
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    return tf.tidy(() => {
      const width = x.shape[x.shape.length - 1];
      const rows: tf.Tensor2D = tf.reshape(tf.mul(x, 1 / Math.sqrt(width)), [-1, width]);
      const logits = tf.add(tf.matMul(rows, embedding.tokens, false, true), this.#bias.read());
      return tf.reshape(logits, [...x.shape.slice(0, -1), this.vocabulary]);
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [...(inputShape as Shape).slice(0, -1), this.vocabulary];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), vocabulary: this.vocabulary };
  }
}
tf.serialization.registerClass(TiedReadout);
