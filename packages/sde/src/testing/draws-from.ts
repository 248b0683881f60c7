import type { NormalDraws } from '../solver/brownian-path.js';

/** Stands for a stream whose standard normals come from `next`, however they are asked for. */
export function drawsFrom(next: () => number): NormalDraws {
  return {
    normal: next,
    fillNormal<T extends Float32Array | Float64Array>(out: T, standardDeviation = 1): T {
      for (let i = 0; i < out.length; i++) out[i] = standardDeviation * next();
      return out;
    },
  };
}
