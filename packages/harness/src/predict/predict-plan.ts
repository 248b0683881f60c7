import type { Architecture } from '@shaped/sde';

/** Which theory predicts: the infinite-width SDE or the exact finite-width chain. */
export type Theory = 'sde' | 'chain';

/** An ensemble of predicted covariance paths: plain data, the same in every worker. */
export interface PredictPlan {
  theory: Theory;
  arch: Architecture;
  /** V0 of each window, [T, T]; path p starts from window p mod windows. */
  starts: Float64Array[];
  /** Head slices of each V0, [H, T, T], where the chain needs them. */
  startSlices?: Float64Array[];
  seed: number;
  /** Stopping radius r of |V|. */
  stopAt: number;
  stepsPerLayer: number;
  /** Layers whose V is recorded, ascending; 0 is V0. */
  layers: number[];
}

/** The most layers a prediction records: enough for smooth curves. */
const MOST_RECORDS = 51;

/** Evenly spread layers from 0 to `depth`, both included, at most 51. */
export function recordedLayers(depth: number): number[] {
  const intervals = Math.min(depth, MOST_RECORDS - 1);
  return Array.from({ length: intervals + 1 }, (_, i) => Math.round((i * depth) / intervals));
}
