import { z } from 'zod';
import type { ConfigIssue } from './config-issue.js';
import { editDistance, nearest } from './nearest.js';
import { configSchema } from './schema.js';

type Path = readonly PropertyKey[];

/** What schema types are called in messages. */
const TYPE_NAMES: Record<string, string> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list, such as [a, b]',
  object: 'a section of keys',
};

/** A path as it is written in `--set`: `model.depth`. */
export function joinPath(path: Path): string {
  return path.map(String).join('.');
}

/** The value at `path`, or undefined. */
export function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (node, part) => (node as Record<PropertyKey, unknown> | undefined)?.[part],
    raw,
  );
}

/** A section of the schema, as JSON Schema. */
interface Section {
  properties?: Record<string, Section>;
}

/** The paths of every key below `section`, in the order of the schema. */
function keyPaths(section: Section, above: string[] = []): string[][] {
  return Object.entries(section.properties ?? {}).flatMap(([key, inner]) => {
    const path = [...above, key];
    return [path, ...keyPaths(inner, path)];
  });
}

/**
 * What to write instead of `key` in the section at `path`: a key of that section that is one edit
 * away, else the nearest one anywhere. Among equally near ones, those of the section come first, then
 * those below it, then the least deep.
 */
function adviceFor(key: string, path: Path): string {
  const all = keyPaths(z.toJSONSchema(configSchema, { io: 'input' }) as Section);
  const below = all.filter((candidate) => path.every((part, i) => candidate[i] === part));
  const siblings = below.filter(({ length }) => length === path.length + 1);
  const name = (candidate: string[]) => candidate[candidate.length - 1];
  const own = nearest(key, siblings.map(name));
  const misspelt = own !== undefined && editDistance(key, own) <= 1;
  const near = misspelt ? own : nearest(key, [...siblings, ...below, ...all].map(name));
  if (near === undefined) return `Valid keys: ${siblings.map(name).join(', ')}.`;
  const places = [siblings, below, all]
    .map((scope) => scope.filter((candidate) => name(candidate) === near))
    .find(({ length }) => length > 0) as string[][];
  const least = Math.min(...places.map(({ length }) => length));
  const shown = places.filter(({ length }) => length === least).map(joinPath);
  return `Did you mean ${shown.join(' or ')}?`;
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  return JSON.stringify(value);
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_NAMES[issue.expected] ?? issue.expected;
    case 'too_small': {
      const bound = issue.inclusive ? `at least ${issue.minimum}` : `more than ${issue.minimum}`;
      if (issue.origin === 'array') return `${bound} entries`;
      return issue.origin === 'string' ? 'some text' : bound;
    }
    case 'too_big':
      return issue.inclusive ? `at most ${issue.maximum}` : `less than ${issue.maximum}`;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    default:
      return issue.message.replace(/^Invalid input: expected /, '');
  }
}

/** A problem that the schema found, in the words of this project. */
export function describeIssue(issue: z.core.$ZodIssue, raw: unknown): ConfigIssue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: joinPath([...issue.path, key]),
      message: `unknown key. ${adviceFor(key, issue.path)}`,
    }));
  }
  const value = valueAt(raw, issue.path);
  const choices = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  const near = typeof value === 'string' ? nearest(value, choices) : undefined;
  return [
    {
      path: joinPath(issue.path) || '(top level)',
      message: `expected ${expectation(issue)}, got ${show(value)}.${near ? ` Did you mean ${near}?` : ''}`,
    },
  ];
}
