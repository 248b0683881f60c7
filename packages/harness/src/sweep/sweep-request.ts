import type { SweepCommand } from './sweep-command.js';
import type { SlurmSettings, SweepFile } from './sweep-schema.js';

/** Values that keys take one after the other. */
export type Axes = Record<string, readonly unknown[]>;

/** What a sweep was asked to do, from its file and its command line; the settings are not checked. */
export interface SweepRequest {
  name: string;
  commands: readonly SweepCommand[];
  /** What all jobs share, not checked yet. */
  base: Record<string, unknown>;
  grid: Axes;
  zip: Axes;
  list: readonly Record<string, unknown>[];
  /** Seeds, or how many from the seed of the configuration on; none leaves that seed alone. */
  seeds?: number | readonly number[];
  metrics?: readonly string[];
  slurm: SlurmSettings;
}

/** A sweep file that stands for a request, with nothing outside it. */
export function sweepFileOf(request: SweepRequest): SweepFile {
  const { name, commands, base, grid, zip, list, seeds, metrics, slurm } = request;
  return {
    name,
    commands: [...commands],
    config: base,
    ...(Object.keys(grid).length > 0 ? { grid } : {}),
    ...(Object.keys(zip).length > 0 ? { zip } : {}),
    ...(list.length > 0 ? { list: [...list] } : {}),
    ...(seeds === undefined ? {} : { seeds: typeof seeds === 'number' ? seeds : [...seeds] }),
    ...(metrics === undefined ? {} : { metrics: [...metrics] }),
    slurm,
  };
}
