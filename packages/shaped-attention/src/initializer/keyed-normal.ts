import * as tf from '@tensorflow/tfjs-core';
import { initializers, type Shape } from '@tensorflow/tfjs-layers';
import { drawNormal } from './draw-keyed.js';

/** An initializer of tfjs-layers, which does not export the name of this type. */
export type Initializer = ReturnType<typeof initializers.ones>;

// tfjs-layers accepts only instances of its own base class, which it does not export either.
const InitializerBase = Object.getPrototypeOf(
  Object.getPrototypeOf(initializers.ones()),
) as Initializer;
const Base = InitializerBase.constructor as (abstract new () => Initializer) &
  Pick<typeof tf.serialization.Serializable, 'fromConfig'>;

export interface KeyedNormalArgs {
  /** The seed all values derive from. Defaults to 0. */
  seed?: number;
  /** The standard deviation. Defaults to 1, the paper's parametrisation. */
  stddev?: number;
}

/**
 * An initializer of independent normals `N(0, stddev²)` from counter-based streams: the same seed
 * and shape give the same tensor in every process and on every backend.
 *
 * Works wherever tfjs-layers takes an initializer. Two layers that share an instance share their
 * values: derive one seed a layer. The layers of this package do so themselves.
 *
 * @throws RangeError on `apply` when `stddev` is negative or not finite.
 */
export class KeyedNormal extends Base {
  /** @nocollapse */
  static className = 'KeyedNormal';
  readonly seed: number;
  readonly stddev: number;

  constructor(args: KeyedNormalArgs = {}) {
    super();
    this.seed = args.seed ?? 0;
    this.stddev = args.stddev ?? 1;
  }

  override apply(shape: Shape, dtype: tf.DataType = 'float32'): tf.Tensor {
    if (dtype !== 'float32') {
      throw new TypeError(
        `KeyedNormal: expected dtype float32, got ${dtype}. Cast the tensor afterwards.`,
      );
    }
    return drawNormal(shape as number[], this.seed, this.stddev);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { seed: this.seed, stddev: this.stddev };
  }
}
tf.serialization.registerClass(KeyedNormal);
