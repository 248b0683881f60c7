import * as tf from '@tensorflow/tfjs-core';
import { layers, type Shape } from '@tensorflow/tfjs-layers';
import type { LayerArgs } from '../initializer/keyed-layer.js';
import { shapedActivation, smoothScale } from './shaped-activation.js';
import type { SmoothName } from './smooth.js';

export interface ShapedActivationArgs extends LayerArgs {
  /** The activation σ: 'tanh', 'gelu', 'silu' or 'softplus'. */
  activation: SmoothName;
  /** a of the scale s = a √n. Defaults to 1. */
  a?: number;
  /** n, the width of the network. Defaults to the last dimension of the input. */
  width?: number;
}

/**
 * A layer that applies `shapedActivation` to every entry. It has no weights, keeps the shape and
 * passes masks on.
 */
export class ShapedActivation extends layers.Layer {
  /** @nocollapse */
  static className = 'ShapedActivation';
  readonly activation: SmoothName;
  readonly a: number;
  /** As given; undefined where the input decides. */
  readonly width: number | undefined;

  /** @throws RangeError see `smoothScale` */
  constructor(args: ShapedActivationArgs) {
    super(args);
    this.activation = args.activation;
    this.a = args.a ?? 1;
    this.width = args.width ?? undefined;
    this.supportsMasking = true;
    smoothScale({ activation: this.activation, a: this.a, width: this.width ?? 1 });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    const { activation, a } = this;
    return shapedActivation(x, { activation, a, width: this.width ?? x.shape[x.rank - 1] });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { activation, a, width } = this;
    return { ...super.getConfig(), activation, a, ...(width === undefined ? {} : { width }) };
  }
}
tf.serialization.registerClass(ShapedActivation);
