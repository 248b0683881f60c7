import * as tf from '@tensorflow/tfjs-core';
import { layers, type Shape } from '@tensorflow/tfjs-layers';
import type { LayerArgs } from '../initializer/keyed-layer.js';
import { reluSlopes } from './relu-slopes.js';
import { shapedRelu } from './shaped-relu.js';

export interface ShapedReLUArgs extends LayerArgs {
  /** c₊, the shape of the positive side. Defaults to 0. */
  cPlus?: number;
  /** c₋, the shape of the negative side. Defaults to -1. */
  cMinus?: number;
  /** n, the width of the network. Defaults to the last dimension of the input. */
  width?: number;
}

/**
 * A layer that applies `shapedRelu` to every entry. It has no weights, keeps the shape and passes
 * masks on.
 */
export class ShapedReLU extends layers.Layer {
  /** @nocollapse */
  static className = 'ShapedReLU';
  readonly cPlus: number;
  readonly cMinus: number;
  /** As given; undefined where the input decides. */
  readonly width: number | undefined;

  /** @throws RangeError see `reluSlopes` */
  constructor(args: ShapedReLUArgs = {}) {
    super(args);
    this.cPlus = args.cPlus ?? 0;
    this.cMinus = args.cMinus ?? -1;
    this.width = args.width ?? undefined;
    this.supportsMasking = true;
    reluSlopes({ cPlus: this.cPlus, cMinus: this.cMinus, width: this.width ?? 1 });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    const { cPlus, cMinus } = this;
    return shapedRelu(x, { cPlus, cMinus, width: this.width ?? x.shape[x.rank - 1] });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { cPlus, cMinus, width } = this;
    return { ...super.getConfig(), cPlus, cMinus, ...(width === undefined ? {} : { width }) };
  }
}
tf.serialization.registerClass(ShapedReLU);
