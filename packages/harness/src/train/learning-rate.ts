/** How the learning rate falls from its peak: not at all, in a line, or as half a cosine. */
export type ScheduleName = 'constant' | 'linear' | 'cosine';

export interface LearningRateSchedule {
  /** The peak. */
  learningRate: number;
  schedule: ScheduleName;
  /** Steps of the rise. Defaults to 10, or to all steps where there are fewer. */
  warmup?: number;
  /** What a linear or cosine schedule falls to, as a fraction of the peak. */
  finalFraction: number;
  /** Steps of the whole training. */
  steps: number;
}

/** Steps of the rise where nothing is said. */
const WARMUP = 10;

/** From 1 to 0 as the progress after the warm-up goes from 0 to 1. */
const FALL: Record<Exclude<ScheduleName, 'constant'>, (progress: number) => number> = {
  linear: (progress) => 1 - progress,
  cosine: (progress) => (1 + Math.cos(Math.PI * progress)) / 2,
};

/**
 * The learning rate of a step, counted from 0, a function of the step alone: a linear rise over
 * `warmup` steps, whose last one has the peak, then the fall of the schedule, which the last step
 * ends.
 */
export function learningRateAt(
  step: number,
  { learningRate, schedule, finalFraction, steps, ...given }: LearningRateSchedule,
): number {
  const warmup = given.warmup ?? Math.min(WARMUP, steps);
  if (step < warmup) return (learningRate * (step + 1)) / warmup;
  if (schedule === 'constant') return learningRate;
  const rest = steps - 1 - warmup;
  const progress = rest > 0 ? (step - warmup) / rest : 0;
  return learningRate * (finalFraction + (1 - finalFraction) * FALL[schedule](progress));
}
