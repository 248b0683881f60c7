import { checkCovariance } from '../covariance/check-covariance.js';
import type { EnsembleOptions } from '../ensemble/ensemble-options.js';

/** Sizes of what paths may start from. */
export interface StartShape {
  readonly caller: string;
  readonly tokens: number;
  /** Heads whose slices `[H, m, m]` a V0 function may return; 1 for none. */
  readonly heads: number;
  /** Whether the paths follow the slices; otherwise their sum is what they start from. */
  readonly followsSlices: boolean;
}

/** What the paths of a range start from; see `PathRange`. */
export interface Starts {
  readonly V0: Float64Array;
  readonly startSize: number;
}

/**
 * A function that gives what a range of paths starts from, checked, symmetrised and laid out for
 * `PathRange`. `from` counts from the first path of the whole simulation.
 *
 * @throws RangeError when a V0 is no covariance, or a function returns covariances for some paths
 *   and slices for others
 */
export function initialCovariances(
  { V0, paths, firstPath = 0 }: EnsembleOptions,
  shape: StartShape,
): (from: number, count: number) => Starts {
  const { caller, tokens: m } = shape;
  const m2 = m * m;
  if (typeof V0 === 'function') return askedFor(V0, firstPath, shape);
  if (!isNumbers(V0) || (V0.length !== m2 && V0.length !== paths * m2)) {
    throw new RangeError(
      `${caller}: expected V0 of ${m2} or ${paths} × ${m2} numbers, got ${describe(V0)}. ` +
        'Pass a Float64Array with one m×m covariance, one a path, or a function of the path.',
    );
  }
  if (V0.length === m2) {
    const shared = { V0: checkCovariance(caller, V0, m), startSize: m2 };
    return () => shared;
  }
  return (from, count) => {
    const out = new Float64Array(count * m2);
    for (let p = 0; p < count; p++) {
      const given = V0.subarray((from + p) * m2, (from + p + 1) * m2);
      out.set(checkCovariance(caller, given, m, `V0 of path ${firstPath + from + p}`), p * m2);
    }
    return { V0: out, startSize: m2 };
  };
}

function askedFor(
  V0: (path: number) => Float64Array,
  firstPath: number,
  { caller, tokens: m, heads, followsSlices }: StartShape,
): (from: number, count: number) => Starts {
  const m2 = m * m;
  const lengths = heads > 1 ? [m2, heads * m2] : [m2];
  let length: number | undefined;
  return (from, count) => {
    let out: Float64Array | undefined;
    for (let p = 0; p < count; p++) {
      const path = firstPath + from + p;
      const given = V0(path);
      if (!isNumbers(given) || !lengths.includes(given.length)) {
        throw new RangeError(
          `${caller}: expected V0(${path}) of ${lengths.join(' or ')} numbers, got ` +
            `${describe(given)}. Return a Float64Array with one m×m covariance.`,
        );
      }
      length ??= given.length;
      if (given.length !== length) {
        throw new RangeError(
          `${caller}: expected V0(${path}) of ${length} numbers like the paths before, got ` +
            `${given.length}. Return covariances for all paths, or slices for all.`,
        );
      }
      const startSize = followsSlices ? length : m2;
      out ??= new Float64Array(count * startSize);
      for (let at = 0; at < length; at += m2) {
        const matrix = checkCovariance(caller, given.subarray(at, at + m2), m, `V0(${path})`);
        // Slices that the paths do not follow count by their sum alone.
        matrix.forEach(
          (x, i) => ((out as Float64Array)[p * startSize + ((at + i) % startSize)] += x),
        );
      }
    }
    return { V0: out as Float64Array, startSize: followsSlices ? (length as number) : m2 };
  };
}

/** Whether a value is a Float64Array, of whichever realm. */
function isNumbers(value: unknown): value is Float64Array {
  return Object.prototype.toString.call(value) === '[object Float64Array]';
}

function describe(V0: unknown): string {
  return isNumbers(V0) ? `${V0.length} numbers` : `a ${typeof V0}`;
}
