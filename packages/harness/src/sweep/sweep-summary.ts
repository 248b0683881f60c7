import { moments } from '@shaped/sde';
import type { Config } from '../config/index.js';
import { RunDirectory } from '../run/index.js';
import { isJobDone } from './is-job-done.js';
import { jobResults, type JobResults } from './job-metrics.js';
import { settingKeys } from './job-name.js';
import { readOutcome } from './job-outcome.js';
import { shownMetrics } from './metric-keys.js';
import type { SweepCommand } from './sweep-command.js';
import type { SweepDirectory } from './sweep-directory.js';

/** A value of a swept key; lists are written as JSON, and null is what was left to its default. */
export type SettingValue = number | string | boolean | null;

/** How a job stands. */
export type JobState = 'done' | 'failed' | 'missing';

/** One job. */
export interface SweepRow extends JobResults {
  job: string;
  state: JobState;
  /** Why it failed. */
  reason?: string;
  settings: Record<string, SettingValue>;
}

/** A number over the seeds of one setting. */
export interface Estimate {
  mean: number;
  /** `s/√n` of the mean; null for a single seed. */
  standardError: number | null;
  count: number;
}

/** The jobs that differ in nothing but the seed. */
export interface SweepGroup {
  /** Without the seed. */
  settings: Record<string, SettingValue>;
  jobs: number;
  done: number;
  metrics: Record<string, Estimate>;
  /** How often each verdict was reached. */
  outcomes: Record<string, Record<string, number>>;
}

/** All numbers of a sweep: the content of `summary.json`. */
export interface SweepSummary {
  name: string;
  commands: readonly SweepCommand[];
  /** The swept keys in the order of tables, the seed left out. */
  keys: string[];
  /** What tables and figures show. */
  shown: string[];
  groups: SweepGroup[];
  jobs: SweepRow[];
}

/** The value of a key in a checked configuration. */
function valueOf(config: Config, key: string): SettingValue {
  const value = key
    .split('.')
    .reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], config);
  if (value === undefined || value === null) return null;
  if (typeof value === 'object') return JSON.stringify(value);
  return value as SettingValue;
}

function rowOf(
  sweep: SweepDirectory,
  job: string,
  keys: readonly string[],
  commands: readonly SweepCommand[],
): SweepRow {
  const config = sweep.config(job);
  const settings = Object.fromEntries(keys.map((key) => [key, valueOf(config, key)]));
  const path = sweep.runPath(job);
  if (isJobDone(path, config, commands)) {
    const results = jobResults(RunDirectory.open(path), config, commands);
    return { job, state: 'done', settings, ...results };
  }
  const outcome = readOutcome(sweep, job);
  const failed = outcome?.status === 'failed';
  return {
    job,
    state: failed ? 'failed' : 'missing',
    ...(failed && outcome.message !== undefined ? { reason: outcome.message } : {}),
    settings,
    metrics: {},
    outcomes: {},
  };
}

/** Mean and standard error; none of nothing. */
export function estimate(values: readonly number[]): Estimate | undefined {
  if (values.length === 0) return undefined;
  if (values.length === 1) return { mean: values[0], standardError: null, count: 1 };
  const { mean, standardError, count } = moments(values);
  return { mean, standardError, count };
}

/** The jobs of each setting, seeds together, in the order of the jobs. */
export function groupRows(rows: readonly SweepRow[]): SweepGroup[] {
  const groups = new Map<string, SweepRow[]>();
  for (const row of rows) {
    const { seed: _, ...settings } = row.settings;
    const key = JSON.stringify(settings);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((own) => {
    const { seed: _, ...settings } = own[0].settings;
    const names = [...new Set(own.flatMap(({ metrics }) => Object.keys(metrics)))];
    const metrics = names.map((name) => {
      const values = own.flatMap((row) => row.metrics[name] ?? []);
      return [name, estimate(values)] as const;
    });
    const outcomes: SweepGroup['outcomes'] = {};
    for (const [name, word] of own.flatMap((row) => Object.entries(row.outcomes))) {
      const counts = (outcomes[name] ??= {});
      counts[word] = (counts[word] ?? 0) + 1;
    }
    return {
      settings,
      jobs: own.length,
      done: own.filter(({ state }) => state === 'done').length,
      metrics: Object.fromEntries(metrics.filter(([, value]) => value !== undefined)) as Record<
        string,
        Estimate
      >,
      outcomes,
    };
  });
}

/**
 * The numbers of all jobs of a sweep as they are now, in the order of the plan.
 *
 * @throws Failure when a file of a complete job is damaged
 */
export function sweepSummary(sweep: SweepDirectory): SweepSummary {
  const { name, commands, metrics, jobs } = sweep.plan();
  const keys = settingKeys(jobs.map(({ settings }) => settings));
  const rows = jobs.map(({ name: job }) => rowOf(sweep, job, keys, commands));
  const groups = groupRows(rows);
  const found = new Set(groups.flatMap((group) => Object.keys(group.metrics)));
  const shown = (metrics ?? shownMetrics(commands)).filter((key) => found.has(key));
  const own = keys.filter((key) => key !== 'seed');
  return { name, commands, keys: own, shown, groups, jobs: rows };
}
