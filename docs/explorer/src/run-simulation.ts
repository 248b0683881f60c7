import { simulateBatches } from '@shaped/sde';
import type { ExplorerState } from './explorer-state.ts';
import type { FirstPaths } from './first-paths.ts';
import { PathValues } from './path-values.ts';
import type { Ending } from './protocol.ts';
import { simulationPlan } from './simulation-plan.ts';
import type { Snapshot } from './snapshot.ts';

/** Fewer paths than this make no band. */
export const FEWEST_PATHS = 8;

/** Milliseconds after which a first picture is shown of the paths that there are. */
export const PATIENCE = 100;

/** Milliseconds from one picture to the next at least. */
const BETWEEN = 200;

/** And this many times what making the last one took: sorting many paths takes a while. */
const BETWEEN_COSTS = 5;

/** Milliseconds after which a simulation ends with the paths that it has. */
export const TIME_LIMIT = 60_000;

/** A picture of the paths so far. */
export interface Progress {
  steps: number;
  snapshot: Snapshot;
  /** Of the last picture only. */
  ending: Ending | undefined;
}

/** What a simulation needs to know of the world. */
export interface Surroundings {
  signal: AbortSignal;
  firstPaths: FirstPaths;
  /** Milliseconds of any clock that does not go back. */
  now: () => number;
}

/**
 * Pictures of a state's paths: a coarse one at once, of so few paths as can be had within a frame or
 * two, then better ones until all paths are there. Ends by the signal's reason once it is aborted.
 *
 * @throws Error where the state has no simulation
 */
export async function* runSimulation(
  state: ExplorerState,
  { signal, firstPaths, now }: Surroundings,
): AsyncGenerator<Progress, void, undefined> {
  const plan = simulationPlan(state);
  const { steps } = plan;
  const values = new PathValues();
  const first = Math.min(firstPaths.of(state.tokens, steps), state.paths);
  const start = now();
  let nextAt: number | undefined;
  // The first paths by themselves, as a batch of those alone is the soonest to come.
  for (const [firstPath, paths] of [
    [0, first],
    [first, state.paths - first],
  ]) {
    if (paths === 0) break;
    for await (const batch of simulateBatches({ ...plan, firstPath, paths, signal })) {
      values.add(batch);
      const time = now();
      if (values.paths === first) firstPaths.took(state.tokens, steps, time - start);
      const complete = values.paths === state.paths;
      const ending = complete ? 'complete' : time - start > TIME_LIMIT ? 'outOfTime' : undefined;
      const due =
        nextAt === undefined
          ? values.paths >= first || (values.paths >= FEWEST_PATHS && time - start > PATIENCE)
          : time >= nextAt;
      if (!due && ending === undefined) continue;
      const snapshot = values.snapshot();
      nextAt = now() + Math.max(BETWEEN, BETWEEN_COSTS * (now() - time));
      yield { steps, snapshot, ending };
      if (ending !== undefined) return;
    }
  }
}
