import type * as tf from '@tensorflow/tfjs-core';
import { initializers, type LayerVariable, type Shape } from '@tensorflow/tfjs-layers';
import { KeyedLayer, type LayerArgs } from '../initializer/keyed-layer.js';
import { NORM_EPSILON } from './standardize.js';

export interface NormArgs extends LayerArgs {
  /** Added to the mean square before its root. Defaults to 1e-6. */
  epsilon?: number;
  /** Whether to multiply by a trainable gain, which starts at 1. Defaults to true. */
  gain?: boolean;
}

/** The width D of an input of shape [..., D]. */
export function widthOf(inputShape: Shape | Shape[], name: string): number {
  const shape = (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as Shape;
  const width = shape[shape.length - 1];
  if (width == null) {
    throw new RangeError(
      `${name}: expected the last dimension to be known, got ${JSON.stringify(shape)}. Give inputShape the number of features.`,
    );
  }
  return width;
}

/** What both norms share: epsilon, the optional gain, shapes and masks. */
export abstract class Norm extends KeyedLayer {
  readonly epsilon: number;
  readonly hasGain: boolean;
  protected gainWeight: LayerVariable | undefined;

  constructor(args: NormArgs = {}) {
    super(args);
    this.epsilon = args.epsilon ?? NORM_EPSILON;
    this.hasGain = args.gain ?? true;
    this.supportsMasking = true;
    if (!(this.epsilon > 0) || !Number.isFinite(this.epsilon)) {
      throw new RangeError(
        `${this.getClassName()}: expected epsilon to be positive and finite, got ${this.epsilon}. The default is ${NORM_EPSILON}.`,
      );
    }
  }

  override build(inputShape: Shape | Shape[]): void {
    const width = widthOf(inputShape, this.getClassName());
    if (this.hasGain) {
      this.gainWeight = this.addKeyedWeight('gain', [width], { initializer: initializers.ones() });
    }
    this.built = true;
  }

  abstract override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor;

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), epsilon: this.epsilon, gain: this.hasGain };
  }
}
