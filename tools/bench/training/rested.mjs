import { setTimeout } from 'node:timers/promises';

/** Longer than the threads of a library spin in wait for more work: OpenMP's do for 0.2 s. */
const REST_MS = 500;

/** The same run after a rest, so that the threads of the run before it take no time from it. */
export function rested(run) {
  return async (round) => {
    await setTimeout(REST_MS);
    return run(round);
  };
}
