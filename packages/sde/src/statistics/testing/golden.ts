import json from '../../testing/golden/statistics.json' with { type: 'json' };

type SampleName = keyof typeof json.samples;

/** Golden values from SciPy and mpmath; tools/golden/statistics.py makes them. */
export const golden = json;

/** A sample that the golden values were computed from. */
export function sampleOf(name: string): Float64Array {
  return Float64Array.from(json.samples[name as SampleName]);
}

/** |actual/expected − 1|, or |actual| where 0 is expected. */
export function relativeError(actual: number, expected: number): number {
  if (actual === expected) return 0;
  return expected === 0 ? Math.abs(actual) : Math.abs(actual / expected - 1);
}
