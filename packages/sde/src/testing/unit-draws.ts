import type { Stream } from '@shaped/random';

/** Stands for a stream whose draw number `index` is 1 and all others 0: one column of a linear map. */
export function unitDraw(index: number): Pick<Stream, 'normal'> {
  let count = 0;
  return { normal: () => (count++ === index ? 1 : 0) };
}

/**
 * The exact covariance `[m, m, m, m]` of a noise sampler that is linear in `draws` standard
 * normals: the sum over unit draws of the outer products of its answers.
 */
export function covarianceOfLinearNoise(
  noise: (stream: Pick<Stream, 'normal'>) => Float64Array,
  draws: number,
): Float64Array {
  const size = noise(unitDraw(-1)).length;
  const covariance = new Float64Array(size * size);
  for (let k = 0; k < draws; k++) {
    const N = noise(unitDraw(k)).slice();
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) covariance[i * size + j] += N[i] * N[j];
  }
  return covariance;
}
