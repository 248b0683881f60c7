/** The share of the peak that the learning rate falls to. */
const FINAL_SHARE = 0.1;

export interface LearningRateSchedule {
  /** The peak. */
  learningRate: number;
  /** Steps of the rise. */
  warmup: number;
  /** Steps of the whole training. */
  steps: number;
}

/**
 * The learning rate of a step, counted from 0: a linear rise over `warmup` steps, whose last one
 * has the peak, then half a cosine down to a tenth of it at the last step.
 */
export function learningRateAt(
  step: number,
  { learningRate, warmup, steps }: LearningRateSchedule,
): number {
  if (step < warmup) return (learningRate * (step + 1)) / warmup;
  const rest = steps - 1 - warmup;
  const progress = rest > 0 ? (step - warmup) / rest : 0;
  const share = FINAL_SHARE + ((1 - FINAL_SHARE) * (1 + Math.cos(Math.PI * progress))) / 2;
  return learningRate * share;
}
