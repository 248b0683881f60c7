import type { Sample } from './check-sample.js';

/**
 * The values of `x` in ascending order: `x` itself when it is a Float64Array already in order,
 * otherwise a sorted copy. Never sorts in place.
 */
export function ascending(x: Sample): Float64Array {
  if (x instanceof Float64Array && isAscending(x)) return x;
  return Float64Array.from(x).sort();
}

function isAscending(x: Float64Array): boolean {
  for (let i = 1; i < x.length; i++) if (!(x[i - 1] <= x[i])) return false;
  return true;
}
