import { expect, TestRunner } from 'vitest';

// Tests say here how far a formula is from what holds it to account, and how far wrong ones are;
// tools/evidence makes the table of docs/theory.md, section 6, from that.

/** What one comparison of a formula found. */
export interface Measurement {
  /** Key of the row in `tools/evidence/formulas.mjs`. */
  readonly formula: string;
  /** What stands in the place of the formula, where it must be rejected. */
  readonly wrong?: string;
  readonly deviation: number;
  /** The largest deviation that agrees. */
  readonly limit: number;
  /** Of the deviation, such as 'standard errors'. */
  readonly unit: string;
}

declare module 'vitest' {
  interface TaskMeta {
    evidence?: Measurement[];
  }
}

/** Units of deviations. */
const UNITS = {
  relative: 'relative to the largest entry, or 1',
  roundings: 'float32 roundings',
  z: 'standard errors',
  p: '−log₁₀ p',
  tolerances: 'tolerances',
  remainder: 'remainder of O(1/n) at n = 2²⁰',
} as const;

type Unit = keyof typeof UNITS;

function record(measurement: Omit<Measurement, 'unit'>, unit: Unit): void {
  const test = TestRunner.getCurrentTest();
  if (test === undefined) throw new Error('record: expected to be called within a test.');
  test.meta.evidence = [...(test.meta.evidence ?? []), { ...measurement, unit: UNITS[unit] }];
}

/** Expects a formula's deviation to be at most the limit, and records it. */
export function confirm(formula: string, deviation: number, limit: number, unit: Unit): void {
  record({ formula, deviation, limit }, unit);
  expect(deviation).toBeLessThanOrEqual(limit);
}

/** Expects a wrong formula's deviation to be above the limit, and records it. */
export function reject(
  formula: string,
  wrong: string,
  deviation: number,
  limit: number,
  unit: Unit,
): void {
  record({ formula, wrong, deviation, limit }, unit);
  expect(deviation).toBeGreaterThan(limit);
}
