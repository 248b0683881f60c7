import type { ExplorerState } from './explorer-state.ts';

/** dt · 4γ² m is at most this: see docs/decisions/phase-diagram.md. */
const STEP_SIZE = 0.08;

/** And there are at least so many steps. */
const LEAST_STEPS = 80;

/** Intervals between recorded times; every number of steps of {@link stepsFor} is a multiple. */
export const INTERVALS = 40;

/** The SDE is the limit of infinite width: any width that fits the tokens gives the same paths. */
export const WIDTH = 128;

/** Layers of a network of that width. */
export function depthFor({ ratio }: Pick<ExplorerState, 'ratio'>): number {
  return Math.max(1, Math.round(ratio * WIDTH));
}

/**
 * The number of steps: the first of 80, 120, 160, 240, 320, … with dt · 4γ² m ≤ 0.08. Draws belong to
 * steps, so a slider that moves keeps its random numbers, and the picture moves smoothly, as long as
 * the number stays; hence few numbers.
 */
export function stepsFor({
  gamma,
  ratio,
  tokens,
}: Pick<ExplorerState, 'gamma' | 'ratio' | 'tokens'>): number {
  const needed = (ratio * 4 * gamma ** 2 * tokens) / STEP_SIZE;
  for (let steps = LEAST_STEPS; ; steps *= 2) {
    if (needed <= steps) return steps;
    if (needed <= 1.5 * steps) return 1.5 * steps;
  }
}
