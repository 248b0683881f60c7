import * as tf from '@tensorflow/tfjs-core';
import { initializers, type LayerVariable, type Shape } from '@tensorflow/tfjs-layers';
import { layerNorm } from './layer-norm.js';
import { Norm, type NormArgs, widthOf } from './norm.js';

export interface LayerNormArgs extends NormArgs {
  /** Whether to add a trainable bias, which starts at 0. Defaults to true. */
  bias?: boolean;
}

/** A layer that applies `layerNorm` along the last axis, with weights `gain` and `bias` (optional). */
export class LayerNorm extends Norm {
  /** @nocollapse */
  static className = 'LayerNorm';
  readonly hasBias: boolean;
  protected biasWeight: LayerVariable | undefined;

  constructor(args: LayerNormArgs = {}) {
    super(args);
    this.hasBias = args.bias ?? true;
  }

  override build(inputShape: Shape | Shape[]): void {
    super.build(inputShape);
    if (this.hasBias) {
      const width = widthOf(inputShape, this.getClassName());
      this.biasWeight = this.addKeyedWeight('bias', [width], { initializer: initializers.zeros() });
    }
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    return layerNorm(x, this.gainWeight?.read(), this.biasWeight?.read(), this.epsilon);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), bias: this.hasBias };
  }
}
tf.serialization.registerClass(LayerNorm);
