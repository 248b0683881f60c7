import { KeyedLayer, type KeyedLayerArgs } from '@shaped/attention';
import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';

export interface TextEmbeddingArgs extends KeyedLayerArgs {
  /** Number of token ids. */
  vocabulary: number;
  /** D, the width of an embedded token. */
  width: number;
  /** Whether a position embedding is added. Defaults to true. */
  positions?: boolean;
  /** The id that fills a sequence behind a short text: no query sees it. Defaults to none. */
  padding?: number;
}

/**
 * Trainable embedding of token ids, `[B, T]` int32 to `[B, T, D]`: `√D (E[token] + P[position])/√2`,
 * or `√D E[token]` without positions.
 *
 * E and P start as N(0, 1/D), so that X0 has coordinates N(0, 1), the law of the embedding that the
 * probe measures. The factor √D stands outside the weights for the sake of Adam, whose steps have
 * one size for all weights: a row is trained only when its token is in the batch, and moves √D times
 * as far; docs/decisions/training-parametrization.md.
 *
 * With `padding` the mask of the tokens that are none goes with the result, as Keras's `mask_zero`.
 *
 * Weights: `token/kernel` [vocabulary, D] and `position/kernel` [T, D].
 */
export class TextEmbedding extends KeyedLayer {
  /** @nocollapse */
  static className = 'TextEmbedding';
  readonly vocabulary: number;
  readonly width: number;
  readonly positions: boolean;
  readonly padding: number | undefined;
  #token!: LayerVariable;
  #position: LayerVariable | undefined;

  /** @throws RangeError when a size is not a positive integer */
  constructor(args: TextEmbeddingArgs) {
    super(args);
    this.vocabulary = args.vocabulary;
    this.width = args.width;
    this.positions = args.positions ?? true;
    this.padding = args.padding ?? undefined;
    this.supportsMasking = this.padding !== undefined;
    for (const name of ['vocabulary', 'width'] as const) {
      if (Number.isInteger(this[name]) && this[name] > 0) continue;
      throw new RangeError(
        `TextEmbedding: expected ${name} to be a positive integer, got ${this[name]}.`,
      );
    }
  }

  override build(inputShape: Shape | Shape[]): void {
    const [, tokens] = inputShape as Shape;
    if (tokens == null) {
      throw new RangeError(
        'TextEmbedding: expected an input shape [batch, tokens] with tokens known, got none. Give the model its number of tokens.',
      );
    }
    const start = { stddev: 1 / Math.sqrt(this.width) };
    this.#token = this.addKeyedWeight('token/kernel', [this.vocabulary, this.width], start);
    if (this.positions) {
      this.#position = this.addKeyedWeight('position/kernel', [tokens, this.width], start);
    }
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const ids = Array.isArray(inputs) ? inputs[0] : inputs;
    return tf.tidy(() => {
      const tokens = tf.gather(this.#token.read(), tf.cast(ids, 'int32'));
      if (this.#position === undefined) return tf.mul(tokens, Math.sqrt(this.width));
      return tf.mul(tf.add(tokens, this.#position.read()), Math.sqrt(this.width / 2));
    });
  }

  /** The embedding E of every token, [vocabulary, D]. */
  get tokens(): tf.Tensor2D {
    return this.#token.read() as tf.Tensor2D;
  }

  /** False where an id is padding, `[B, T]`; null without padding. */
  override computeMask(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const ids = Array.isArray(inputs) ? inputs[0] : inputs;
    // tfjs-layers takes "no mask" as null without typing it.
    if (this.padding === undefined) return null as unknown as tf.Tensor;
    return tf.notEqual(ids, this.padding);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [...(inputShape as Shape), this.width];
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { vocabulary, width, positions, padding } = this;
    const config: tf.serialization.ConfigDict = {
      ...super.getConfig(),
      ...{ vocabulary, width, positions },
    };
    return padding === undefined ? config : { ...config, padding };
  }
}
tf.serialization.registerClass(TextEmbedding);
