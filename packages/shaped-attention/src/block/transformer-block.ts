import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { deriveSeed } from '@shaped/random';
import { attachedMask, type AttentionCallOptions } from '../attention/attention-call.js';
import { ShapedAttention } from '../attention/shaped-attention-layer.js';
import { KeyedLayer } from '../initializer/keyed-layer.js';
import { LayerNorm } from '../norm/layer-norm-layer.js';
import { type Norm, widthOf } from '../norm/norm.js';
import { RMSNorm } from '../norm/rms-norm-layer.js';
import { blockKinds } from './block-options.js';
import { buildChild, childWeights } from './child-layers.js';
import { residual } from './residual.js';
import { ShapedMLP } from './shaped-mlp.js';
import {
  type TransformerBlockArgs,
  type TransformerBlockSettings,
  transformerBlockSettings,
} from './transformer-block-args.js';

/** The tensors of one block; what a part would compute that the block lacks is undefined. */
// A type, not an interface: tf.tidy takes no interface for a container of tensors.
export type BlockTaps = {
  /** A of every head `[B, H, T, T]`: γ1 I + softmax − γ2 C̄ for shaped attention, else softmax. */
  scores?: tf.Tensor;
  /** After the attention residual and its post-norm `[B, T, D]`. */
  attentionOutput: tf.Tensor;
  /** u, the pre-activations of the MLP `[B, T, F]`. */
  preActivation?: tf.Tensor;
  /** φ = σ(u), without the factor √(c/F) `[B, T, F]`. */
  activation?: tf.Tensor;
  /** What `call` returns `[B, T, D]`. */
  output: tf.Tensor;
};

/** What a call of `TransformerBlock` takes beside its input. */
export interface BlockCallOptions extends AttentionCallOptions {
  /** Multiply what the branches add to the residual stream, `[B, T, D]`: dropout. */
  branchMasks?: { attention?: tf.Tensor; mlp?: tf.Tensor };
}

/** A branch of the block, with the norm before or after it. */
interface Part<T> {
  layer: T;
  norm: Norm | undefined;
}

/**
 * A Transformer block: an attention branch, then an MLP branch, each added to its input as `kind`
 * says (see `BlockKind`). `[B, T, D]` to `[B, T, D]`; the padding mask passes on.
 *
 * `kind: 'shaped'` is the block of arXiv 2306.17759; docs/theory.md, section 1. Any kind takes any
 * attention and activation, for ablations. Both parametrisations give the same function at
 * initialisation from the same seed.
 *
 * Weights, in this order: those of the attention (`query/kernel`, `key/kernel`, `value/kernel`,
 * `output/kernel`, `gamma1`, `gamma2`), of its norm (`attention_norm/gain`, and `…/bias` for 'layer'),
 * of the MLP (`mlp/pre/kernel`, `mlp/post/kernel`) and of its norm (`mlp_norm/…`).
 *
 * A call takes `BlockCallOptions` beside its input: `mask`, `attentionMask`, `useCausalMask`,
 * `training`, `dropoutMask`, `branchMasks`.
 */
export class TransformerBlock extends KeyedLayer {
  /** @nocollapse */
  static className = 'TransformerBlock';
  /** The arguments with every default filled in. */
  readonly settings: Readonly<TransformerBlockSettings>;
  #attention: Part<ShapedAttention> | undefined;
  #mlp: Part<ShapedMLP> | undefined;
  #isFastInit = false;

  /** @throws RangeError when an option is unknown, missing, out of range or contradicts another */
  constructor(args: TransformerBlockArgs) {
    super(args);
    this.settings = transformerBlockSettings(args);
    this.supportsMasking = true;
    const { attention, activation } = this.settings;
    // Wrong options of a branch are refused here; build makes it anew, knowing the width.
    if (attention !== 'none') this.#makeAttention(this.settings.numHeads!);
    if (activation !== 'none') this.#makeMLP();
    this.#makeNorm('checked');
  }

  /** tfjs-layers rewrites the values of strings in a saved model: 'preLN' comes back as 'preLn'. */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    const saved = (config['kind'] as string).toLowerCase();
    const kind = blockKinds.find((name) => name.toLowerCase() === saved) ?? config['kind'];
    return new cls({ ...config, kind });
  }

  override build(inputShape: Shape | Shape[]): void {
    const width = widthOf(inputShape, 'TransformerBlock');
    const { attention, activation } = this.settings;
    const shape = [null, null, width];
    if (attention !== 'none') {
      const layer = this.#makeAttention(width);
      this.#prepare(layer);
      // Without a scope of its own: query/kernel stands directly below the block.
      layer.build(shape);
      this.#attention = { layer, norm: this.#buildNorm('attention_norm', shape) };
    }
    if (activation !== 'none') {
      const layer = this.#makeMLP();
      this.#prepare(layer);
      buildChild(layer, shape);
      this.#mlp = { layer, norm: this.#buildNorm('mlp_norm', shape) };
    }
    const { trainable, nonTrainable } = childWeights(this.#children());
    this.trainableWeights = trainable;
    this.nonTrainableWeights = nonTrainable;
    this.built = true;
  }

  /**
   * What `call` computes, with the intermediate tensors, all of them the caller's to dispose.
   *
   * @param x `[B, T, D]`
   */
  tap(x: tf.Tensor, kwargs: BlockCallOptions = {}): BlockTaps {
    // Built by apply, so that the weights stand below the block's name.
    if (!this.built) tf.dispose(this.apply(x) as tf.Tensor);
    return tf.tidy(() => this.#run(x, kwargs, true));
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: BlockCallOptions = {}): tf.Tensor {
    this.invokeCallHook(inputs, kwargs);
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    return tf.tidy(() => this.#run(x, kwargs, false).output);
  }

  override reseed(seed: number): void {
    super.reseed(seed);
    this.#attention?.layer.reseed(deriveSeed(seed, 'attention'));
    this.#mlp?.layer.reseed(deriveSeed(seed, 'mlp'));
    for (const part of [this.#attention, this.#mlp]) part?.norm?.reseed(seed);
  }

  /** The weight of this name, such as `mlp/pre/kernel`; undefined where the block has none. */
  override weight(name: string): LayerVariable | undefined {
    const at = name.indexOf('/');
    const [head, rest] = [name.slice(0, at), name.slice(at + 1)];
    const named = this.#children().find((child) => child.name === head);
    return named === undefined ? this.#attention?.layer.weight(name) : named.weight(rest);
  }

  override setFastWeightInitDuringBuild(value: boolean): void {
    super.setFastWeightInitDuringBuild(value);
    this.#isFastInit = value;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return inputShape;
  }

  override computeMask(
    inputs: tf.Tensor | tf.Tensor[],
    mask?: tf.Tensor | tf.Tensor[],
  ): tf.Tensor | tf.Tensor[] {
    // tfjs-layers takes "no mask" as null without typing it.
    return ([mask].flat()[0] ?? attachedMask([inputs].flat()[0])) as tf.Tensor;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const given = Object.entries(this.settings).filter(([, value]) => value !== undefined);
    return { ...super.getConfig(), ...Object.fromEntries(given) } as tf.serialization.ConfigDict;
  }

  #children(): KeyedLayer[] {
    return [this.#attention, this.#mlp].flatMap((part) =>
      part === undefined ? [] : [part.layer, ...(part.norm === undefined ? [] : [part.norm])],
    );
  }

  #makeAttention(width: number): ShapedAttention {
    const { attention, numHeads = 1, keyDim, ...settings } = this.settings;
    const valueDim = width / numHeads;
    if (!Number.isInteger(valueDim)) {
      throw new RangeError(
        `TransformerBlock: expected numHeads to divide the width, got ${numHeads} heads and width ${width}. Each head writes D/H of the columns.`,
      );
    }
    return new ShapedAttention({
      name: 'attention',
      seed: deriveSeed(this.seed, 'attention'),
      shaped: attention === 'shaped',
      numHeads,
      keyDim: keyDim ?? valueDim,
      valueDim,
      useCausalMask: settings.useCausalMask,
      outputProjection: settings.outputProjection,
      identity: settings.identity,
      centring: settings.centring,
      gamma1: settings.gamma1,
      gamma2: settings.gamma2,
      trainableGains: settings.trainableGains,
      dropout: settings.dropout,
      tau0: settings.tau0,
      parametrization: settings.parametrization,
      useBias: settings.useBias,
    });
  }

  #makeMLP(): ShapedMLP {
    const { activation, mlpDim, cPlus, cMinus, a, parametrization, useBias } = this.settings;
    if (activation === 'none') throw new RangeError('TransformerBlock: no activation, no MLP.');
    const seed = deriveSeed(this.seed, 'mlp');
    return new ShapedMLP({
      name: 'mlp',
      ...{ seed, activation, mlpDim, cPlus, cMinus, a, parametrization, useBias },
    });
  }

  #prepare(layer: KeyedLayer): void {
    layer.setFastWeightInitDuringBuild(this.#isFastInit);
  }

  #makeNorm(name: string): Norm | undefined {
    const { norm, epsilon } = this.settings;
    if (norm === 'none') return undefined;
    return norm === 'rms' ? new RMSNorm({ name, epsilon }) : new LayerNorm({ name, epsilon });
  }

  #buildNorm(name: string, shape: (number | null)[]): Norm | undefined {
    const layer = this.#makeNorm(name);
    if (layer === undefined) return undefined;
    this.#prepare(layer);
    buildChild(layer, shape);
    return layer;
  }

  /** The residual arrangement of one branch around x. */
  #add(
    x: tf.Tensor,
    norm: Norm | undefined,
    mask: tf.Tensor | undefined,
    branch: (input: tf.Tensor) => tf.Tensor,
  ): tf.Tensor {
    const { kind } = this.settings;
    const added = branch(kind === 'preLN' && norm !== undefined ? norm.call(x) : x);
    const sum = residual(x, mask === undefined ? added : tf.mul(added, mask), this.settings);
    return kind === 'postLN' && norm !== undefined ? norm.call(sum) : sum;
  }

  #run(
    x: tf.Tensor,
    { branchMasks = {}, ...kwargs }: BlockCallOptions,
    withScores: boolean,
  ): BlockTaps {
    const taps: BlockTaps = { attentionOutput: x, output: x };
    if (this.#attention !== undefined) {
      const { layer, norm } = this.#attention;
      // A norm before the attention would lose the mask attached to x.
      const options = { ...kwargs, mask: kwargs.mask ?? attachedMask(x) };
      taps.attentionOutput = this.#add(x, norm, branchMasks.attention, (input) => {
        if (!withScores) return layer.call(input, options) as tf.Tensor;
        const { output, scores } = layer.tap(input, options);
        taps.scores = scores;
        return output;
      });
    } else {
      taps.attentionOutput = tf.clone(x);
    }
    taps.output = taps.attentionOutput;
    if (this.#mlp !== undefined) {
      const { layer, norm } = this.#mlp;
      taps.output = this.#add(taps.attentionOutput, norm, branchMasks.mlp, (input) => {
        const { preActivation, activation, output } = layer.tap(input);
        taps.preActivation = preActivation;
        taps.activation = activation;
        return output;
      });
    }
    return taps;
  }
}
tf.serialization.registerClass(TransformerBlock);
