import { ascending } from './ascending.js';
import { checkSample, type Sample } from './check-sample.js';

/**
 * The energy distance between two samples on the line,
 * `√(2 E|X − Y| − E|X − X'| − E|Y − Y'|) = √(2 ∫ (F − G)² dx)`, in units of √x; 0 only for equal
 * empirical laws.
 *
 * By the integral of the squared distance between the distribution functions, O(n log n). Source:
 * G. Székely and M. Rizzo (2013). The square root is taken, as SciPy does.
 *
 * @throws RangeError for an empty sample or a value that is not finite
 */
export function energyDistance(x: Sample, y: Sample): number {
  checkSample('energyDistance', 'x', x);
  checkSample('energyDistance', 'y', y);
  const { gaps, fromX } = pool(x, y);
  return Math.sqrt(2 * squaredArea(gaps, fromX, x.length, y.length));
}

/** The pooled sample in order: distances between neighbours, and which values came from x. */
export interface Pooled {
  gaps: Float64Array;
  fromX: Uint8Array;
}

/** Merges two samples; `gaps[k]` lies between the k-th and the next value. */
export function pool(x: Sample, y: Sample): Pooled {
  const [a, b] = [ascending(x), ascending(y)];
  const total = a.length + b.length;
  const values = new Float64Array(total);
  const fromX = new Uint8Array(total);
  for (let k = 0, i = 0, j = 0; k < total; k++) {
    const takeX = j === b.length || (i < a.length && a[i] <= b[j]);
    fromX[k] = takeX ? 1 : 0;
    values[k] = takeX ? a[i++] : b[j++];
  }
  const gaps = Float64Array.from({ length: total - 1 }, (_, k) => values[k + 1] - values[k]);
  return { gaps, fromX };
}

/** `∫ (F − G)² dx` for a labelling of the pooled values. */
export function squaredArea(gaps: Float64Array, fromX: Uint8Array, m: number, n: number): number {
  let difference = 0;
  let area = 0;
  for (let k = 0; k < gaps.length; k++) {
    // F − G times m n: an integer, so that equal labellings give equal bits.
    difference += fromX[k] ? n : -m;
    area += difference * difference * gaps[k];
  }
  return area / (m * n) / (m * n);
}
