import * as tf from '@tensorflow/tfjs-core';
import { Norm, type NormArgs } from './norm.js';
import { rmsNorm } from './rms-norm.js';

/** A layer that applies `rmsNorm` along the last axis, with one weight: `gain` (optional). */
export class RMSNorm extends Norm {
  /** @nocollapse */
  static className = 'RMSNorm';

  constructor(args: NormArgs = {}) {
    super(args);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    return rmsNorm(x, this.gainWeight?.read(), this.epsilon);
  }
}
tf.serialization.registerClass(RMSNorm);
