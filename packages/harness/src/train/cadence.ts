import type { TrainConfig } from '../config/schema.js';

/** Measurements of a long training, beside the last one. */
const MEASUREMENTS = 10;

/** The least steps between two of them. */
const LEAST_STEPS = 20;

/** Steps between measurements of the layers, and between validation losses. */
export interface Cadence {
  metricsEvery: number;
  evaluateEvery: number;
}

/**
 * How often a training is measured: as its settings say, else ten times, but at most every 20 steps.
 *
 * A measurement takes as long as a few steps. Ten of them are a curve, and their share of the time
 * falls with the length of the training: what every 20 steps would cost in a long one buys nothing.
 */
export function cadenceOf({
  steps,
  metricsEvery,
  evaluateEvery,
}: Pick<TrainConfig, 'steps' | 'metricsEvery' | 'evaluateEvery'>): Cadence {
  const every = Math.max(LEAST_STEPS, Math.ceil(steps / MEASUREMENTS));
  return { metricsEvery: metricsEvery ?? every, evaluateEvery: evaluateEvery ?? every };
}
