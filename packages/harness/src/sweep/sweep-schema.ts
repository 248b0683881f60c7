import { z } from 'zod';
import { metricKeys } from './metric-keys.js';
import { SWEEP_COMMANDS } from './sweep-command.js';

const command = z.enum(SWEEP_COMMANDS);
const settings = z.record(z.string(), z.unknown());
const count = () => z.int().positive();

/** How jobs are given to Slurm. */
export const slurmSchema = z.strictObject({
  partition: z.string().min(1).optional().describe('Partition of the jobs.'),
  time: z
    .union([z.string().min(1), count()])
    .optional()
    .describe('Time limit of one job, in the words of sbatch: minutes, or [days-]hours:min:s.'),
  cpus: count().optional().describe('Processors of one job, which are its threads.'),
  options: z.array(z.string().min(1)).default([]).describe('Further options of sbatch.'),
});

/** The schema of a sweep file. */
export const sweepSchema = z.strictObject({
  name: z
    .string()
    .regex(/^(?!\.+$)[\w.-]+$/, 'letters, digits, dot, dash or underscore')
    .optional()
    .describe('Names the sweep and, below runs/, its directory.'),
  command: command.optional().describe('The command of every job.'),
  commands: z.array(command).min(1).optional().describe('Several, one after the other.'),
  config: z
    .union([z.string().min(1), settings])
    .optional()
    .describe('What all jobs share: the path of a configuration, from this file, or its keys.'),
  grid: settings.optional().describe('Key: list of values. Every combination is a job.'),
  zip: settings.optional().describe('Key: list of values. The lists are as long and go together.'),
  list: z.array(settings).min(1).optional().describe('Mappings of keys to values, one a job.'),
  seeds: z
    .union([count(), z.array(z.int().min(0)).min(1)])
    .optional()
    .describe('Repeats under these seeds, or under so many from the seed of the configuration.'),
  metrics: z
    .array(z.enum(metricKeys))
    .min(1)
    .optional()
    .describe('What the summary and the figures show.'),
  slurm: slurmSchema.optional(),
});

/** A sweep file, its keys checked but for the settings. */
export type SweepFile = z.infer<typeof sweepSchema>;
/** The settings of Slurm in a sweep. */
export type SlurmSettings = z.infer<typeof slurmSchema>;
