import * as tf from '@tensorflow/tfjs-core';
import { layers, type Shape } from '@tensorflow/tfjs-layers';
import type { LayerArgs } from '../initializer/keyed-layer.js';
import { residual, skipWeight } from './residual.js';

export interface ResidualBranchArgs extends LayerArgs {
  /** γ, the weight of the branch. Defaults to 1/√8. */
  gamma?: number;
  /** λ, the weight of the skip connection. Defaults to √(1 − γ²). */
  lambda?: number;
}

/** The default branch weight. */
export const DEFAULT_GAMMA = Math.sqrt(1 / 8);

/**
 * A merge layer, `apply([x, branch])` → λ x + γ branch: what `tf.layers.add` is to a plain residual
 * connection. It has no weights; the mask of `x` passes on.
 */
export class ResidualBranch extends layers.Layer {
  /** @nocollapse */
  static className = 'ResidualBranch';
  readonly gamma: number;
  readonly lambda: number;

  /** @throws RangeError when lambda is not given and gamma is not in [0, 1] */
  constructor(args: ResidualBranchArgs = {}) {
    super(args);
    this.gamma = args.gamma ?? DEFAULT_GAMMA;
    this.lambda = args.lambda ?? skipWeight(this.gamma);
    this.supportsMasking = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return inputShape[0] as Shape;
  }

  override computeMask(
    _inputs: tf.Tensor | tf.Tensor[],
    mask?: tf.Tensor | tf.Tensor[],
  ): tf.Tensor | tf.Tensor[] {
    return Array.isArray(mask) ? mask[0] : (mask as tf.Tensor);
  }

  /** @throws RangeError when the inputs are not two tensors of one shape */
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const list = Array.isArray(inputs) ? inputs : [inputs];
    if (list.length !== 2 || !tf.util.arraysEqual(list[0].shape, list[1].shape)) {
      throw new RangeError(
        `ResidualBranch: expected [x, branch] of one shape, got ${list.map((t) => `[${t.shape.join(', ')}]`).join(' and ')}. Project the branch to the shape of x first.`,
      );
    }
    return residual(list[0], list[1], { lambda: this.lambda, gamma: this.gamma });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), gamma: this.gamma, lambda: this.lambda };
  }
}
tf.serialization.registerClass(ResidualBranch);
