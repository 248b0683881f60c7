import {
  configIssues,
  configSchema,
  setKey,
  withoutEmptySections,
  type Config,
} from '../config/index.js';
import { configIdentity } from './config-identity.js';
import { jobName } from './job-name.js';
import { issuesFailure, type SweepIssue } from './sweep-issue.js';
import type { SweepRequest } from './sweep-request.js';
import { sweepSettings, type Settings } from './sweep-settings.js';

/** One job: a command, or several, on one configuration. */
export interface SweepJob {
  /** Names its run directory and its log. */
  name: string;
  settings: Settings;
  config: Config;
}

/** Jobs as they are named in a message: all, or the first few of them. */
const MOST_NAMED = 3;

/** The shared configuration with the settings of one job. */
function rawConfig(base: Record<string, unknown>, settings: Settings): unknown {
  const raw = structuredClone(base);
  for (const [key, value] of Object.entries(settings)) {
    setKey(raw, key.split('.'), structuredClone(value));
  }
  return withoutEmptySections(raw);
}

/** Every problem of every configuration, each once, with the jobs that have it. */
function allIssues(
  raw: readonly { name: string; config: unknown }[],
  commands: readonly string[],
): SweepIssue[] {
  const found = new Map<string, { issue: SweepIssue; jobs: Set<string> }>();
  for (const { name, config } of raw) {
    for (const issue of commands.flatMap((command) => configIssues(config, command))) {
      const key = `${issue.path}\n${issue.message}`;
      const entry = found.get(key) ?? { issue, jobs: new Set() };
      entry.jobs.add(name);
      found.set(key, entry);
    }
  }
  return [...found.values()].map(({ issue: { path, message }, jobs }) => {
    if (jobs.size === raw.length) return { path, message };
    const named = [...jobs].slice(0, MOST_NAMED).join(', ');
    const rest = jobs.size - MOST_NAMED;
    return { path, message: `${message} (${named}${rest > 0 ? ` and ${rest} more` : ''})` };
  });
}

/** The names of the jobs: those they had before, else new ones that no other job had. */
function named(
  jobs: readonly Omit<SweepJob, 'name'>[],
  known: ReadonlyMap<string, string>,
): SweepJob[] {
  const taken = new Set(known.values());
  return jobs.map((job) => {
    const identity = configIdentity(job.config);
    let name = known.get(identity);
    if (name === undefined) {
      const own = jobName(job.settings);
      name = taken.has(own) ? `${own}~${identity.slice(0, 6)}` : own;
      taken.add(name);
    }
    return { name, ...job };
  });
}

/**
 * The jobs of a sweep, every configuration checked for every command.
 *
 * A job keeps the name it had in an earlier plan of the same directory, which it is known by from its
 * configuration; a new one is named after its settings.
 *
 * @param known the names of earlier jobs by `configIdentity`
 * @throws Failure (exit code 2) with the problems of all configurations, or two equal jobs
 */
export function planSweep(
  request: SweepRequest,
  known: ReadonlyMap<string, string> = new Map(),
): SweepJob[] {
  const { name, base, commands } = request;
  const shared = configSchema.shape.seed.safeParse(base['seed']);
  const all = sweepSettings(request, shared.success ? shared.data : 0);
  const raw = all.map((settings) => ({
    settings,
    name: jobName(settings),
    config: rawConfig(base, settings),
  }));
  const issues = allIssues(raw, commands);
  if (issues.length > 0)
    throw issuesFailure(name, issues, `the configurations of ${all.length} jobs`);
  const jobs = named(
    raw.map(({ settings, config }) => ({ settings, config: configSchema.parse(config) })),
    known,
  );
  const first = new Map<string, string>();
  const twice: SweepIssue[] = [];
  for (const { settings, config } of jobs) {
    const identity = configIdentity(config);
    const text = jobName(settings);
    const other = first.get(identity);
    if (other === undefined) first.set(identity, text);
    else {
      const same = other === text ? 'it stands twice' : `it has the configuration of ${other}`;
      twice.push({ path: text, message: `${same}. Remove one.` });
    }
  }
  if (twice.length > 0) throw issuesFailure(name, twice, 'the jobs');
  return jobs;
}
