import type { Ensemble } from './ensemble.js';

/**
 * The covariance of one path at one record, `[m, m]`: a view into the ensemble, not a copy.
 *
 * @param path index within the ensemble, from 0
 * @param record index into `ensemble.times`
 * @throws RangeError when an index is out of range
 */
export function covarianceAt(ensemble: Ensemble, path: number, record: number): Float64Array {
  const records = ensemble.times.length;
  for (const [name, index, count] of [
    ['path', path, ensemble.paths],
    ['record', record, records],
  ] as const) {
    if (!Number.isInteger(index) || index < 0 || index >= count) {
      throw new RangeError(
        `covarianceAt: expected ${name} to be an integer in [0, ${count}), got ${index}. ` +
          'Indices count within this ensemble.',
      );
    }
  }
  const size = ensemble.tokens ** 2;
  const from = (path * records + record) * size;
  return ensemble.V.subarray(from, from + size);
}
