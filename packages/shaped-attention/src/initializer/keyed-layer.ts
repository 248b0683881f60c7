import { layers, type LayerVariable } from '@tensorflow/tfjs-layers';
import type * as tf from '@tensorflow/tfjs-core';
import { deriveSeed } from '@shaped/random';
import { weightSeed } from './draw-keyed.js';
import { KeyedNormal, type Initializer } from './keyed-normal.js';
import { rekey } from './rekey.js';
import type { Constraint, Regularizer } from './keras-options.js';

/** The arguments every layer of tfjs-layers takes. */
export type LayerArgs = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

export interface KeyedLayerArgs extends LayerArgs {
  /**
   * The seed that all weights and dropout masks of the layer derive from, a safe integer. Defaults
   * to a seed derived from the layer's name, so that the layers of a model differ.
   */
  seed?: number;
}

/** How a weight starts: normals of a standard deviation, or any initializer of tfjs-layers. */
export type WeightStart = { stddev: number } | { initializer: Initializer };

export interface KeyedWeightOptions {
  /** Defaults to true. */
  trainable?: boolean;
  regularizer?: Regularizer | null;
  constraint?: Constraint | null;
}

/**
 * A layer whose weights are functions of its seed and their names, and can be redrawn in place.
 *
 * Subclasses make their weights with `addKeyedWeight` in `build`.
 */
export abstract class KeyedLayer extends layers.Layer {
  /** The seed of the present initial values. */
  seed: number;
  readonly #weights = new Map<string, { variable: LayerVariable; start: WeightStart }>();

  /** @throws RangeError when the seed is not a safe integer. */
  protected constructor(args: KeyedLayerArgs = {}) {
    super(args);
    this.seed = args.seed ?? deriveSeed(0, 'layer', this.name);
    weightSeed(this.seed, 'checked');
  }

  /**
   * A new weight of the layer, named `name` and started from `(seed, name)`.
   *
   * @throws Error when the layer has a weight of this name.
   */
  protected addKeyedWeight(
    name: string,
    shape: number[],
    start: WeightStart,
    options: KeyedWeightOptions = {},
  ): LayerVariable {
    const variable = this.addWeight(
      name,
      shape,
      'float32',
      this.#initializer(name, start),
      options.regularizer ?? undefined,
      options.trainable ?? true,
      options.constraint ?? undefined,
    );
    this.#weights.set(name, { variable, start });
    return variable;
  }

  /** The weight named `name` inside the layer; undefined before the layer is built. */
  weight(name: string): LayerVariable | undefined {
    return this.#weights.get(name)?.variable;
  }

  /**
   * Redraws every weight in place, as if the layer had been made with this seed.
   *
   * @throws RangeError when the seed is not a safe integer.
   */
  reseed(seed: number): void {
    weightSeed(seed, 'checked');
    this.seed = seed;
    for (const [name, { variable, start }] of this.#weights) {
      const value = this.#initializer(name, start).apply(variable.shape, 'float32');
      variable.write(value);
      value.dispose();
    }
  }

  override dispose(): ReturnType<layers.Layer['dispose']> {
    // A layer built by hand, not through apply, counts as used once.
    if (this.built) this._refCount ??= 1;
    return super.dispose();
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), seed: this.seed };
  }

  #initializer(name: string, start: WeightStart): Initializer {
    if ('stddev' in start) {
      return new KeyedNormal({ seed: weightSeed(this.seed, name), stddev: start.stddev });
    }
    return rekey(start.initializer, this.seed, name);
  }
}
