import * as tf from '@tensorflow/tfjs-core';
import { initializers, type LayerVariable, type Shape } from '@tensorflow/tfjs-layers';
import { replayed } from '../checkpoint/replayed.js';
import { resolveKerasOptions, type ResolvedKerasOptions } from '../initializer/keras-options.js';
import { KeyedLayer } from '../initializer/keyed-layer.js';
import { attachedMask, attentionInputs, type AttentionCallOptions } from './attention-call.js';
import { dropoutMask } from './dropout-mask.js';
import { shapedAttention, shapedAttentionWithScores } from './shaped-attention.js';
import type { AttentionTaps, Gain, ShapedAttentionOptions } from './shaped-attention.js';
import { shapedAttentionSettings } from './shaped-attention-args.js';
import type { ShapedAttentionArgs, ShapedAttentionSettings } from './shaped-attention-args.js';
import { attentionTemperature } from './temperature.js';

type Projection = 'query' | 'key' | 'value' | 'output';

const shapesOf = (shape: Shape | Shape[]): Shape[] =>
  (Array.isArray(shape[0]) ? shape : [shape]) as Shape[];

/**
 * Multi-head attention with `A = γ1 I + γs softmax(q kᵀ / τ) − γ2 C̄`, in the vocabulary of Keras's
 * MultiHeadAttention.
 *
 * Called on `x` `[B, T, D]` (self-attention), or on `[query, value]`, `[query, value, key]` or
 * `[query, value, key, attentionMask]`, with `AttentionCallOptions` as second argument; gives
 * `[B, T, D]`, or `[output, scores]` with scores `[B, H, T, S]`. In a model TensorFlow.js passes no
 * call options on, so what a model needs stands in the constructor's arguments.
 *
 * Weights: `query/kernel`, `key/kernel` `[D, H·K]`, `value/kernel` `[D, H·V]`, `output/kernel`, a
 * `…/bias` each with `useBias`, and γ1, γ2 of the terms it has (and γs where it trains) `[H]`.
 *
 * Source: arXiv 2306.17759; docs/theory.md, section 1.
 *
 * @throws RangeError when an argument is out of range, or an input's shape does not fit.
 */
export class ShapedAttention extends KeyedLayer {
  /** @nocollapse */
  static className = 'ShapedAttention';
  /** Index of the next training call's dropout mask; set it to resume a run. */
  dropoutCall = 0;
  readonly #settings: ShapedAttentionSettings;
  readonly #keras: ResolvedKerasOptions;
  readonly #kerasConfig: tf.serialization.ConfigDict;
  #tau = NaN;
  #outputShape: number[] = [];
  /** Whether the last call gave a second output, which `computeMask` is not told. */
  #gaveScores = false;

  constructor(args: ShapedAttentionArgs) {
    super(args);
    this.supportsMasking = true;
    this.#settings = shapedAttentionSettings(args);
    const { resolved, config } = resolveKerasOptions(args);
    this.#keras = resolved;
    this.#kerasConfig = config;
  }

  override build(inputShape: Shape | Shape[]): void {
    const { numHeads, keyDim, valueDim, ...settings } = this.#settings;
    const [query, value = query, key = value] = shapesOf(inputShape);
    const [queryWidth, valueWidth, keyWidth] = [query, value, key].map((shape) => {
      const width = shape[2];
      if (shape.length === 3 && width != null) return width;
      throw new RangeError(
        `ShapedAttention: expected inputs of shape [B, T, D] with D known, got [${shape.join(', ')}]. Give the width in the input shape.`,
      );
    });
    const mixedWidth = numHeads * valueDim;
    this.#tau = attentionTemperature(settings.temperature, {
      tau0: settings.tau0,
      width: queryWidth,
      keyDim,
    });
    this.#outputShape = this.#outputShapeFor(queryWidth);
    this.#addProjection('query', queryWidth, numHeads * keyDim);
    this.#addProjection('key', keyWidth, numHeads * keyDim);
    this.#addProjection('value', valueWidth, mixedWidth);
    if (settings.outputProjection) {
      this.#addProjection('output', mixedWidth, tf.util.sizeFromShape(this.#outputShape));
    }
    if (settings.shaped) {
      const { identity, centring, trainableGains } = settings;
      if (identity) this.#addGain('gamma1', settings.gamma1, trainableGains);
      if (centring) this.#addGain('gamma2', settings.gamma2, trainableGains);
      if (settings.trainableSoftmaxGain) this.#addGain('gammaS', settings.gammaS, true);
    }
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: AttentionCallOptions = {}) {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      this.#gaveScores = kwargs.returnAttentionScores ?? this.#settings.returnAttentionScores;
      if (!this.#gaveScores) return this.#attend(inputs, kwargs, false).output;
      const { output, scores } = this.#attend(inputs, kwargs, true);
      return [output, scores];
    });
  }

  /** What `call` computes, and the matrix A `[B, H, T, S]` of every head. */
  tap(inputs: tf.Tensor | tf.Tensor[], kwargs: AttentionCallOptions = {}): AttentionTaps {
    // Only apply builds a layer with its name before those of its weights.
    if (!this.built) tf.dispose(this.apply(inputs, { ...kwargs, training: false }) as tf.Tensor);
    return tf.tidy(() => this.#attend(inputs, kwargs, true));
  }

  override reseed(seed: number): void {
    super.reseed(seed);
    this.dropoutCall = 0;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    const [query, value = query] = shapesOf(inputShape);
    const output = [query[0], query[1], ...this.#outputShapeFor(query[2] as number)];
    if (!this.#settings.returnAttentionScores) return output;
    return [output, [query[0], this.#settings.numHeads, query[1], value[1]]];
  }

  /** The mask of the query: an output token is padding where its query is. */
  override computeMask(
    inputs: tf.Tensor | tf.Tensor[],
    mask?: tf.Tensor | tf.Tensor[],
  ): tf.Tensor | tf.Tensor[] {
    const ofQuery = [mask].flat()[0] ?? attachedMask([inputs].flat()[0]);
    // tfjs-layers takes "no mask" as null and wants one mask an output, but types neither.
    return (this.#gaveScores ? [ofQuery, null] : ofQuery) as tf.Tensor;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const alignment = this.#settings.alignment;
    return {
      ...super.getConfig(),
      ...this.#settings,
      alignment: typeof alignment === 'string' || alignment == null ? alignment : [...alignment],
      ...this.#kerasConfig,
    };
  }

  #outputShapeFor(queryWidth: number): number[] {
    const { outputProjection, outputShape, numHeads, valueDim } = this.#settings;
    if (!outputProjection) return [numHeads * valueDim];
    return outputShape == null ? [queryWidth] : [outputShape].flat();
  }

  #addProjection(name: Projection, from: number, to: number): void {
    const { parametrization, useBias } = this.#settings;
    const { kernelInitializer, biasInitializer, ...keras } = this.#keras;
    const stddev = parametrization === 'paper' ? 1 : 1 / Math.sqrt(from);
    this.addKeyedWeight(
      `${name}/kernel`,
      [from, to],
      kernelInitializer == null ? { stddev } : { initializer: kernelInitializer },
      { regularizer: keras.kernelRegularizer, constraint: keras.kernelConstraint },
    );
    if (!useBias) return;
    this.addKeyedWeight(
      `${name}/bias`,
      [to],
      { initializer: biasInitializer ?? initializers.zeros() },
      { regularizer: keras.biasRegularizer, constraint: keras.biasConstraint },
    );
  }

  #addGain(name: string, value: number, trainable: boolean): void {
    const initializer = initializers.constant({ value });
    this.addKeyedWeight(name, [this.#settings.numHeads], { initializer }, { trainable });
  }

  #read(name: string): tf.Tensor {
    return (this.weight(name) as LayerVariable).read();
  }

  /** x `[B, T, D]` with the explicit factor 1/√D of the paper's parametrisation. */
  #scaled(x: tf.Tensor3D): tf.Tensor3D {
    return this.#settings.parametrization === 'paper' ? tf.mul(x, 1 / Math.sqrt(x.shape[2])) : x;
  }

  /** `x W + b` on the last axis: `[B, T, D]` to `[B·T, D']`. */
  #project(name: Projection, x: tf.Tensor3D): tf.Tensor2D {
    const rows: tf.Tensor2D = tf.reshape(x, [-1, x.shape[2]]);
    const y: tf.Tensor2D = tf.matMul(rows, this.#read(`${name}/kernel`));
    return this.#settings.useBias ? tf.add(y, this.#read(`${name}/bias`)) : y;
  }

  /** The projection with the heads before the tokens, `[B, H, T, D'/H]`. */
  #heads(name: Projection, x: tf.Tensor3D): tf.Tensor {
    const split = tf.reshape(this.#project(name, x), [
      x.shape[0],
      x.shape[1],
      this.#settings.numHeads,
      -1,
    ]);
    return tf.transpose(split, [0, 2, 1, 3]);
  }

  #attend(
    inputs: tf.Tensor | tf.Tensor[],
    kwargs: AttentionCallOptions,
    withScores: boolean,
  ): { output: tf.Tensor; scores: tf.Tensor } {
    const { query, value, key, ...masks } = attentionInputs(inputs, kwargs);
    const queries = this.#scaled(query);
    const values = value === query ? queries : this.#scaled(value);
    const keys = key === value ? values : this.#scaled(key);
    const q = this.#heads('query', queries);
    const k = this.#heads('key', keys);
    const v = this.#heads('value', values);
    const options: ShapedAttentionOptions = {
      ...masks,
      tau: this.#tau,
      ...this.#gains(),
      shaped: this.#settings.shaped,
      useCausalMask: kwargs.useCausalMask ?? this.#settings.useCausalMask,
      alignment: kwargs.alignment ?? this.#settings.alignment,
      dropoutMask:
        kwargs.dropoutMask ??
        this.#nextDropoutMask(kwargs, [...q.shape.slice(0, 3), k.shape[2] as number]),
    };
    if (!withScores) {
      const mixed = shapedAttention(q, k, v, options);
      return { output: this.#merge(mixed), scores: mixed };
    }
    const { output, scores } = shapedAttentionWithScores(q, k, v, options);
    return { output: this.#merge(output), scores };
  }

  #gains(): { gamma1?: Gain; gamma2?: Gain; gammaS?: Gain } {
    const { shaped, identity, centring, gamma1, trainableGains, ...softmax } = this.#settings;
    if (!shaped) return {};
    // A frozen γ1 of 0 is the number, which lets attention do without an identity term.
    const hasIdentity = identity && (trainableGains || gamma1 !== 0);
    return {
      gamma1: hasIdentity ? this.#read('gamma1') : 0,
      gamma2: centring ? this.#read('gamma2') : 0,
      gammaS: softmax.trainableSoftmaxGain ? this.#read('gammaS') : softmax.gammaS,
    };
  }

  #nextDropoutMask(kwargs: AttentionCallOptions, shape: number[]): tf.Tensor | null {
    const rate = this.#settings.dropout;
    if (rate === 0 || kwargs.training !== true) return null;
    const call = replayed(() => this.dropoutCall++);
    return dropoutMask(shape, rate, this.seed, call);
  }

  /** The heads' outputs `[B, H, T, V]` side by side, projected: `[B, T, …]`. */
  #merge(mixed: tf.Tensor): tf.Tensor {
    const [batch, heads, tokens, valueDim] = mixed.shape as number[];
    const joined: tf.Tensor3D = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [
      batch,
      tokens,
      heads * valueDim,
    ]);
    if (!this.#settings.outputProjection) return joined;
    const projected = this.#project('output', this.#scaled(joined));
    return tf.reshape(projected, [batch, tokens, ...this.#outputShape]);
  }
}
tf.serialization.registerClass(ShapedAttention);
