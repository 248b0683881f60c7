import * as tf from '@tensorflow/tfjs-core';
import { initializers, type LayerVariable, type Shape } from '@tensorflow/tfjs-layers';
import {
  type ActivationName,
  checkActivation,
  resolveActivation,
} from '../activation/resolve-activation.js';
import { KeyedLayer, type KeyedLayerArgs, type WeightStart } from '../initializer/keyed-layer.js';
import { type KerasOptions, resolveKerasOptions } from '../initializer/keras-options.js';
import { widthOf } from '../norm/norm.js';
import { linear } from './linear.js';
import type { Parametrization } from '../attention/shaped-attention-args.js';

export interface ShapedMLPArgs extends KeyedLayerArgs, KerasOptions {
  /** F, the width of the hidden layer. Defaults to D, the width of the input. */
  mlpDim?: number;
  /** The activation. Defaults to 'shapedRelu'. */
  activation?: ActivationName;
  /** c₊ of the shaped ReLU. Defaults to 0. */
  cPlus?: number;
  /** c₋ of the shaped ReLU. Defaults to -1. */
  cMinus?: number;
  /** a of a smooth activation's scale s = a √n. Defaults to 1. */
  a?: number;
  /** Where the scale of the weights stands. Defaults to 'standard'. */
  parametrization?: Parametrization;
  /** Whether both products add a bias; only in the standard parametrisation. Defaults to false. */
  useBias?: boolean;
}

/** The tensors of one MLP branch. */
export interface MLPTaps {
  /** u, the pre-activations `[..., F]`. */
  preActivation: tf.Tensor;
  /** φ = σ(u), without the factor √(c/F) `[..., F]`. */
  activation: tf.Tensor;
  /** The branch `[..., D]`. */
  output: tf.Tensor;
}

/** Refuses what the paper's parametrisation has no place for. */
function checkParametrization(parametrization: Parametrization, args: ShapedMLPArgs): void {
  if (parametrization !== 'paper' && parametrization !== 'standard') {
    throw new RangeError(
      `ShapedMLP: expected parametrization 'paper' or 'standard', got ${String(parametrization)}.`,
    );
  }
  if (parametrization === 'standard') return;
  if (args.useBias || args.kernelInitializer != null) {
    const what = args.useBias ? 'useBias' : 'kernelInitializer';
    throw new RangeError(
      `ShapedMLP: expected no ${what} in the paper's parametrisation, whose weights are N(0, 1), got one. Use parametrization: 'standard'.`,
    );
  }
}

/**
 * The branch of an MLP block, without its residual: `σ(X W_pre/√n) √(c/F) W_post`.
 *
 * Source: arXiv 2306.17759; docs/theory.md, section 1, where F = n. For another hidden width F: the
 * second product sums F terms, so its normaliser is √(c/F), and with `c = 1/E[σ(g)²]` it keeps
 * every token's expected squared norm; the shape stays that of the network's width, s± = 1 + c±/√n
 * (s = a √n), because depth is counted in units of n. The drift of the covariance is then the one of
 * F = n, and only the γ⁴ part of its noise changes, from 2γ⁴ to (1 + n/F) γ⁴.
 *
 * Weights: `pre/kernel` [D, F], `post/kernel` [F, D], and with `useBias` `pre/bias`, `post/bias`.
 * Standard parametrisation: they start as N(0, 1/n) and N(0, c/F), and no factor is left in the
 * formula; with the plain ReLU (c = 2) these are the usual LeCun and He scales.
 */
export class ShapedMLP extends KeyedLayer {
  /** @nocollapse */
  static className = 'ShapedMLP';
  readonly mlpDim: number | undefined;
  readonly activation: ActivationName;
  readonly cPlus: number;
  readonly cMinus: number;
  readonly a: number;
  readonly parametrization: Parametrization;
  readonly useBias: boolean;
  readonly #keras: ReturnType<typeof resolveKerasOptions>;
  #activate: (x: tf.Tensor) => tf.Tensor = (x) => x;
  #factors = { pre: 1, post: 1 };
  #pre!: LayerVariable;
  #post!: LayerVariable;
  #preBias: LayerVariable | undefined;
  #postBias: LayerVariable | undefined;

  /** @throws RangeError when an option is out of range, or does not go with the parametrisation */
  constructor(args: ShapedMLPArgs = {}) {
    super(args);
    this.mlpDim = args.mlpDim ?? undefined;
    this.activation = args.activation ?? 'shapedRelu';
    this.cPlus = args.cPlus ?? 0;
    this.cMinus = args.cMinus ?? -1;
    this.a = args.a ?? 1;
    this.parametrization = args.parametrization ?? 'standard';
    this.useBias = args.useBias ?? false;
    this.supportsMasking = true;
    this.#keras = resolveKerasOptions(args);
    if (this.mlpDim !== undefined && (!Number.isInteger(this.mlpDim) || this.mlpDim < 1)) {
      throw new RangeError(
        `ShapedMLP: expected mlpDim to be a positive integer, got ${this.mlpDim}. Leave it out for the width of the input.`,
      );
    }
    checkParametrization(this.parametrization, args);
    checkActivation(this);
  }

  override build(inputShape: Shape | Shape[]): void {
    const width = widthOf(inputShape, 'ShapedMLP');
    const hidden = this.mlpDim ?? width;
    const { apply, normalizer } = resolveActivation({
      activation: this.activation,
      cPlus: this.cPlus,
      cMinus: this.cMinus,
      a: this.a,
      width,
    });
    this.#activate = apply;
    const scales = { pre: Math.sqrt(1 / width), post: Math.sqrt(normalizer / hidden) };
    const isPaper = this.parametrization === 'paper';
    if (isPaper) this.#factors = scales;
    const { kernelInitializer, kernelRegularizer, kernelConstraint } = this.#keras.resolved;
    const kernelOptions = { regularizer: kernelRegularizer, constraint: kernelConstraint };
    const start = (stddev: number): WeightStart =>
      kernelInitializer === null
        ? { stddev: isPaper ? 1 : stddev }
        : { initializer: kernelInitializer };
    this.#pre = this.addKeyedWeight(
      'pre/kernel',
      [width, hidden],
      start(scales.pre),
      kernelOptions,
    );
    if (this.useBias) this.#preBias = this.#addBias('pre/bias', hidden);
    this.#post = this.addKeyedWeight(
      'post/kernel',
      [hidden, width],
      start(scales.post),
      kernelOptions,
    );
    if (this.useBias) this.#postBias = this.#addBias('post/bias', width);
    this.built = true;
  }

  /** What `call` computes, with the tensors on the way. `x` is `[..., D]`. */
  tap(x: tf.Tensor): MLPTaps {
    return tf.tidy(() => {
      const preActivation = this.#project(x, this.#pre, this.#preBias, this.#factors.pre);
      const activation = this.#activate(preActivation);
      const output = this.#project(activation, this.#post, this.#postBias, this.#factors.post);
      return { preActivation, activation, output };
    });
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor {
    this.invokeCallHook(inputs, kwargs);
    return tf.tidy(() => this.tap(Array.isArray(inputs) ? inputs[0] : inputs).output);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { mlpDim, activation, cPlus, cMinus, a, parametrization, useBias } = this;
    return {
      ...super.getConfig(),
      ...(mlpDim === undefined ? {} : { mlpDim }),
      ...{ activation, cPlus, cMinus, a, parametrization, useBias },
      ...this.#keras.config,
    };
  }

  #addBias(name: string, size: number): LayerVariable {
    const { biasInitializer, biasRegularizer, biasConstraint } = this.#keras.resolved;
    return this.addKeyedWeight(
      name,
      [size],
      { initializer: biasInitializer ?? initializers.zeros() },
      { regularizer: biasRegularizer, constraint: biasConstraint },
    );
  }

  #project(
    x: tf.Tensor,
    kernel: LayerVariable,
    bias: LayerVariable | undefined,
    factor: number,
  ): tf.Tensor {
    const product = linear(x, kernel.read());
    const scaled = factor === 1 ? product : tf.mul(product, factor);
    return bias === undefined ? scaled : tf.add(scaled, bias.read());
  }
}
tf.serialization.registerClass(ShapedMLP);
