import type { TrainConfig } from '../config/schema.js';

/** Measurements of a long training, beside the last one. */
const MEASUREMENTS = 10;

/** The least steps between two: of the layers, of which one takes about as long as a step, */
const LEAST_STEPS = 40;
/** and of the validation loss, which is what a training is for. */
const LEAST_STEPS_TO_VALIDATE = 20;

/** Steps between measurements of the layers, and between validation losses. */
export interface Cadence {
  metricsEvery: number;
  evaluateEvery: number;
}

/**
 * How often a training is measured: as its settings say, else ten times, but the layers at most every 40
 * steps and the validation loss at most every 20.
 *
 * Ten measurements are a curve, and their share of the time falls with the length of the training; at most
 * every 40 steps the layers take less than 3 % of it (`npx nx run harness:bench`).
 */
export function cadenceOf({
  steps,
  metricsEvery,
  evaluateEvery,
}: Pick<TrainConfig, 'steps' | 'metricsEvery' | 'evaluateEvery'>): Cadence {
  const every = Math.ceil(steps / MEASUREMENTS);
  return {
    metricsEvery: metricsEvery ?? Math.max(LEAST_STEPS, every),
    evaluateEvery: evaluateEvery ?? Math.max(LEAST_STEPS_TO_VALIDATE, every),
  };
}
