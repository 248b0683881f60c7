import type { ExplorerState } from './explorer-state.ts';

/** Intervals between recorded times; every number of steps that `enoughSteps` gives is a multiple. */
export const INTERVALS = 40;

/** The SDE is the limit of infinite width: any width that fits the tokens gives the same paths. */
export const WIDTH = 128;

/** Layers of a network of that width. */
export function depthFor({ ratio }: Pick<ExplorerState, 'ratio'>): number {
  return Math.max(1, Math.round(ratio * WIDTH));
}
