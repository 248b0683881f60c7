import { RunDirectory } from '../../packages/harness/dist/run/index.js';
import { SweepDirectory } from '../../packages/harness/dist/sweep/index.js';

/** The jobs of a sweep's directory, in the order of the plan: `{ name, settings, config, run }`. */
export function jobsOf(directory) {
  const sweep = SweepDirectory.open(directory);
  return sweep.plan().jobs.map(({ name, settings }) => ({
    name,
    settings,
    config: sweep.config(name),
    run: RunDirectory.open(sweep.runPath(name)),
  }));
}
