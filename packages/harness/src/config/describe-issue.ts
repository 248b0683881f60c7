import { z } from 'zod';
import type { ConfigIssue } from './combinations.js';
import { nearest } from './nearest.js';
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

/** The keys that an object at `path` may have, read from the schema. */
function validKeys(path: Path): string[] {
  let node: unknown = z.toJSONSchema(configSchema, { io: 'input' });
  for (const part of path) {
    node = (node as { properties?: Record<string, unknown> }).properties?.[String(part)];
  }
  return Object.keys((node as { properties?: object } | undefined)?.properties ?? {});
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
    const valid = validKeys(issue.path);
    return issue.keys.map((key) => {
      const near = nearest(key, valid);
      const advice = near
        ? `Did you mean ${joinPath([...issue.path, near])}?`
        : `Valid keys: ${valid.join(', ')}.`;
      return { path: joinPath([...issue.path, key]), message: `unknown key. ${advice}` };
    });
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
