import type { z } from 'zod';
import { nearest } from '../config/index.js';
import { usageFailure, type Failure } from '../failure.js';
import { metricKeys } from './metric-keys.js';
import { SWEEP_COMMANDS } from './sweep-command.js';
import { slurmSchema, sweepSchema } from './sweep-schema.js';

/** A problem of a sweep: where, and what to do. */
export interface SweepIssue {
  path: string;
  message: string;
}

const CHOICES: Record<string, readonly string[]> = {
  command: SWEEP_COMMANDS,
  commands: SWEEP_COMMANDS,
  metrics: metricKeys,
};

/** A problem that the schema found, in the words of this project. */
export function describeSweepIssue(issue: z.core.$ZodIssue, raw: unknown): SweepIssue[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys((path === 'slurm' ? slurmSchema : sweepSchema).shape);
    return issue.keys.map((key) => {
      const near = nearest(key, known);
      const advice = near ? `Did you mean ${near}?` : `Valid keys: ${known.join(', ')}.`;
      return { path: [path, key].filter(Boolean).join('.'), message: `unknown key. ${advice}` };
    });
  }
  const value = issue.path.reduce<unknown>(
    (node, part) => (node as Record<PropertyKey, unknown> | undefined)?.[part],
    raw,
  );
  const choices = CHOICES[String(issue.path[0])] ?? [];
  const near = typeof value === 'string' ? nearest(value, choices) : undefined;
  const known = choices.length > SWEEP_COMMANDS.length ? 'the name of a metric' : undefined;
  const expected =
    choices.length > 0 && issue.code === 'invalid_value'
      ? (known ?? `one of ${choices.join(', ')}`)
      : (EXPECTED[String(issue.path[0])] ?? 'another value');
  const got = value === undefined ? 'nothing' : JSON.stringify(value);
  return [
    {
      path: path || '(top level)',
      message: `expected ${expected}, got ${got}.${near ? ` Did you mean ${near}?` : ''}`,
    },
  ];
}

/** What the keys of a sweep file hold. */
const EXPECTED: Record<string, string> = {
  name: 'letters, digits, dot, dash or underscore',
  command: 'a command',
  commands: 'a list of commands',
  config: 'the path of a configuration, or its keys',
  grid: 'keys with lists of values',
  zip: 'keys with lists of values, all of one length',
  list: 'a list of mappings of keys to values',
  seeds: 'a positive number of seeds, or a list of whole numbers of at least 0',
  metrics: 'a list of metrics',
  slurm: 'a value that sbatch takes',
};

/** The failure that lists problems. */
export function issuesFailure(
  source: string,
  issues: readonly SweepIssue[],
  of = 'the sweep',
): Failure {
  const lines = issues.map(({ path, message }) => `  ${path}: ${message}`);
  const problems = issues.length === 1 ? '1 problem' : `${issues.length} problems`;
  return usageFailure(`${source}: ${problems} in ${of}\n${lines.join('\n')}`);
}
