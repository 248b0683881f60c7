/** A dense float32 tensor outside of any backend, row-major. */
export interface HostTensor {
  shape: readonly number[];
  data: Float32Array;
}

/** Tensors by name, in an order that is always the same. */
export type NamedTensors = ReadonlyMap<string, HostTensor>;

/**
 * All that an optimiser carries from one update to the next. What its tensors mean is its own
 * affair: they are kept and given back by name.
 */
export interface OptimizerState {
  /** Updates made. */
  updates: number;
  tensors: NamedTensors;
}

/** The name of the first tensor with an entry that is not finite; undefined when there is none. */
export function firstNonFinite(tensors: NamedTensors): string | undefined {
  for (const [name, { data }] of tensors) {
    if (!data.every(Number.isFinite)) return name;
  }
  return undefined;
}
