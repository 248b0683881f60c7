import type { Stream } from '@shaped/random';

/**
 * A sampler that writes `count` iid N(0, scale²) numbers to the front of `out`.
 *
 * Each takes one word (single precision, steps of at most 2e-6), half of what a chain's cost, which
 * draws dominate, would be with two; second moments differ by less than 1e-8 from a Gaussian's.
 */
export function gaussianBlock(
  count: number,
  scale = 1,
): (stream: Pick<Stream, 'fillNormal32'>, out: Float64Array) => void {
  return (stream, out) => {
    stream.fillNormal32(count === out.length ? out : out.subarray(0, count), scale);
  };
}
