import { usageFailure } from '../failure.js';
import { combinationIssues } from './combinations.js';
import type { ConfigIssue } from './config-issue.js';
import { describeIssue, joinPath } from './describe-issue.js';
import { configSchema, type Config } from './schema.js';

type Path = readonly PropertyKey[];

/** The sections of a configuration; one with nothing below it is YAML's null. */
const SECTIONS: Path[] = [
  ['model'],
  ['data'],
  ['probe'],
  ['predict'],
  ['check'],
  ['train'],
  ['train', 'model'],
  ['map'],
  ['advise'],
];

/** A copy of `raw` without the value at `path`. */
function without(raw: unknown, path: Path): unknown {
  if (path.length === 0 || typeof raw !== 'object' || raw === null) return undefined;
  if (!((path[0] as string) in raw)) return raw;
  const copy = { ...raw } as Record<PropertyKey, unknown>;
  const [head, ...rest] = path;
  if (rest.length === 0 || Array.isArray(copy[head])) delete copy[head];
  else copy[head] = without(copy[head], rest);
  return copy;
}

/** `raw` without the sections that stand there empty. */
export function withoutEmptySections(raw: unknown): unknown {
  return SECTIONS.reduce((rest, path) => {
    const value = path.reduce<unknown>(
      (node, part) => (node as Record<PropertyKey, unknown> | null | undefined)?.[part],
      rest,
    );
    return value === null ? without(rest, path) : rest;
  }, raw);
}

/**
 * All problems of `raw` at once: types, ranges, unknown keys with the nearest valid one, and
 * impossible combinations of values that are right by themselves.
 *
 * @param command whose own rules are looked at as well
 */
export function configIssues(raw: unknown, command?: string): ConfigIssue[] {
  const parsed = configSchema.safeParse(raw);
  if (parsed.success) return combinationIssues(parsed.data, new Set(), command);
  const issues = parsed.error.issues.flatMap((issue) => describeIssue(issue, raw));
  let rest: unknown = raw;
  const wrong = new Set<string>();
  for (const issue of parsed.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) rest = without(rest, [...issue.path, key]);
    } else {
      rest = without(rest, issue.path);
      wrong.add(joinPath(issue.path));
    }
  }
  const repaired = configSchema.safeParse(rest ?? {});
  if (!repaired.success) return issues;
  return [...issues, ...combinationIssues(repaired.data, wrong, command)];
}

/**
 * A checked configuration with every default filled in.
 *
 * @param raw what a YAML or JSON file held, with `--set` overrides applied
 * @param source names where it came from, for the error
 * @param command whose own rules the configuration must keep as well, such as `map`
 * @throws Failure (exit code 2) that lists every problem with its path and the nearest valid key
 */
export function parseConfig(raw: unknown, source: string, command?: string): Config {
  const given = withoutEmptySections(raw ?? {});
  const issues = configIssues(given, command);
  if (issues.length > 0) {
    const lines = issues.map(({ path, message }) => `  ${path}: ${message}`);
    const problems = issues.length === 1 ? '1 problem' : `${issues.length} problems`;
    throw usageFailure(`${source}: ${problems} in the configuration\n${lines.join('\n')}`);
  }
  return configSchema.parse(given);
}
