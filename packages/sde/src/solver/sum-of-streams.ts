import type { Stream } from '@shaped/random';

/** The draws that linear noise needs. */
export type NormalDraws = Pick<Stream, 'normal' | 'fillNormal'>;

/**
 * The normals `(a + b)/√2` of two streams, draw by draw: what one step of 2 dt sees of the Brownian
 * path that two steps of dt saw as a and b. A noise that is linear in its draws and asks for the same
 * number each time is then, at frozen coefficients, the sum of its two halves.
 */
export function sumOfStreams(first: NormalDraws, second: NormalDraws): NormalDraws {
  return {
    normal: () => (first.normal() + second.normal()) * Math.SQRT1_2,
    fillNormal<T extends Float32Array | Float64Array>(out: T, standardDeviation = 1): T {
      const scale = standardDeviation * Math.SQRT1_2;
      const other = out.slice();
      first.fillNormal(out, scale);
      second.fillNormal(other, scale);
      for (let i = 0; i < out.length; i++) out[i] += other[i];
      return out;
    },
  };
}
