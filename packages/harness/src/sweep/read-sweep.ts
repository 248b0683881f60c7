import { readFileSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { parse } from 'yaml';
import { readRawConfig, setKey } from '../config/index.js';
import { usageFailure } from '../failure.js';
import { axisIssues } from './axis-issues.js';
import { SWEEP_COMMANDS } from './sweep-command.js';
import { describeSweepIssue, issuesFailure, type SweepIssue } from './sweep-issue.js';
import type { Axes, SweepRequest } from './sweep-request.js';
import { sweepSchema, type SweepFile } from './sweep-schema.js';

/** What a command line adds to the file, each as it was typed. */
export interface SweepOptions {
  name?: string;
  commands?: readonly string[];
  /** The path of a configuration. */
  config?: string;
  /** `key=value` changes of what all jobs share. */
  overrides?: readonly string[];
  /** `key=value,value` each. */
  grid?: readonly string[];
  zip?: readonly string[];
  seeds?: string;
  metrics?: readonly string[];
  slurm?: Record<string, unknown>;
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A mapping with dotted keys: `{ model: { gamma: 1 } }` is `{ 'model.gamma': 1 }`. */
function flat(settings: Record<string, unknown>, above = ''): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]): [string, unknown][] =>
      isMapping(value) ? Object.entries(flat(value, `${above}${key}.`)) : [[above + key, value]],
    ),
  );
}

/** A key with its values, as `model.gamma=0.1,0.2`. */
function parseAxis(option: string, text: string): [string, unknown] {
  const at = text.indexOf('=');
  const example = `Write for example --${option} model.gamma=0.1,0.2.`;
  if (at < 1) throw usageFailure(`--${option}: expected key=values, got '${text}'. ${example}`);
  try {
    return [text.slice(0, at), parse(`[${text.slice(at + 1)}]`, { logLevel: 'error' })];
  } catch (cause) {
    throw usageFailure(
      `--${option} ${text}: expected values separated by commas. Quote texts with signs. ${example}`,
      { cause },
    );
  }
}

function readFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw usageFailure(
      `expected a readable sweep file (YAML or JSON), got ${path} (${code}). Check the path.`,
      { cause },
    );
  }
  try {
    return parse(text, { logLevel: 'error' }) ?? {};
  } catch (cause) {
    throw usageFailure(
      `${path}: expected YAML or JSON, got a syntax error. Correct it:\n${(cause as Error).message.trimEnd()}`,
      { cause },
    );
  }
}

/** The seeds of `--seeds`: a number of them, or those of a list. */
function parseSeeds(text: string): unknown {
  const seeds = text.split(',').map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : part));
  return text.includes(',') ? seeds.filter((seed) => seed !== '') : seeds[0];
}

/** The axes of a mapping; what is no list of values is reported. */
function axesOf(where: string, given: Record<string, unknown>, issues: SweepIssue[]): Axes {
  const axes = flat(given);
  for (const [key, values] of Object.entries(axes)) {
    if (Array.isArray(values) && values.length > 0) continue;
    const got = Array.isArray(values) ? 'an empty one' : JSON.stringify(values);
    issues.push({ path: `${where}.${key}`, message: `expected a list of values, got ${got}.` });
    delete axes[key];
  }
  return axes as Axes;
}

/**
 * What a sweep is asked to do by a sweep file and the options of a command line, which win: a grid key
 * of an option replaces that of the file.
 *
 * @param file the path of a sweep file; undefined takes the options alone
 * @throws Failure (exit code 2) with every problem of the sweep's own keys
 */
export function readSweep(file: string | undefined, options: SweepOptions = {}): SweepRequest {
  const raw = file === undefined ? {} : readFile(file);
  const source = file ?? 'the command line';
  if (!isMapping(raw)) {
    throw usageFailure(`${source}: expected a mapping of keys to values. See docs/sweeps.md.`);
  }
  const merged: Record<string, unknown> = { ...raw };
  for (const option of ['grid', 'zip'] as const) {
    const given = options[option] ?? [];
    if (given.length === 0) continue;
    const own = isMapping(raw[option]) ? flat(raw[option]) : {};
    merged[option] = {
      ...own,
      ...Object.fromEntries(given.map((text) => parseAxis(option, text))),
    };
  }
  if (options.name !== undefined) merged['name'] = options.name;
  if (options.commands !== undefined) {
    delete merged['command'];
    merged['commands'] = options.commands;
  }
  if (options.seeds !== undefined) merged['seeds'] = parseSeeds(options.seeds);
  if (options.metrics !== undefined) merged['metrics'] = options.metrics;
  if (options.slurm !== undefined) {
    const own = isMapping(raw['slurm']) ? raw['slurm'] : {};
    const more = [own['options'], options.slurm['options']].flatMap((o) => o ?? []);
    merged['slurm'] = { ...own, ...options.slurm, ...(more.length > 0 ? { options: more } : {}) };
  }
  const parsed = sweepSchema.safeParse(merged);
  if (!parsed.success) {
    throw issuesFailure(
      source,
      parsed.error.issues.flatMap((issue) => describeSweepIssue(issue, merged)),
    );
  }
  return request(parsed.data, { file, source, options });
}

function request(
  sweep: SweepFile,
  { file, source, options }: { file?: string; source: string; options: SweepOptions },
): SweepRequest {
  const { config, command, commands } = sweep;
  const issues: SweepIssue[] = [];
  if (command !== undefined && commands !== undefined) {
    issues.push({ path: 'command', message: 'commands is given too. Keep one of the two.' });
  }
  const named =
    options.config ??
    (typeof config === 'string' && file !== undefined ? resolve(dirname(file), config) : undefined);
  const overrides = options.overrides ?? [];
  let base: Record<string, unknown>;
  if (named !== undefined || !isMapping(config)) base = readRawConfig(named, overrides);
  else {
    base = structuredClone(config);
    // Read as a file's are, after which they are keys like any other.
    const changes = overrides.map((text) => [text, readRawConfig(undefined, [text])] as const);
    for (const [text, change] of changes) {
      const path = text.slice(0, text.indexOf('=')).split('.');
      const value = path.reduce<unknown>((n, key) => (n as Record<string, unknown>)[key], change);
      setKey(base, path, value);
    }
  }
  const fileName = file === undefined ? undefined : basename(file, extname(file));
  const list = (sweep.list ?? []).map((entry) => flat(entry));
  const made: SweepRequest = {
    name: sweep.name ?? fileName?.replaceAll(/[^\w.-]/g, '-') ?? 'sweep',
    commands: [...new Set(commands ?? (command === undefined ? [] : [command]))],
    base,
    grid: axesOf('grid', sweep.grid ?? {}, issues),
    zip: axesOf('zip', sweep.zip ?? {}, issues),
    list,
    ...(sweep.seeds === undefined ? {} : { seeds: sweep.seeds }),
    ...(sweep.metrics === undefined ? {} : { metrics: sweep.metrics }),
    slurm: sweep.slurm ?? { options: [] },
  };
  if (made.commands.length === 0 && command === undefined) {
    issues.push({
      path: 'command',
      message: `expected one of ${SWEEP_COMMANDS.join(', ')}, got nothing. Name it in the file or by --command.`,
    });
  }
  issues.push(...axisIssues(made));
  const swept = [...Object.keys(made.grid), ...Object.keys(made.zip), ...list];
  if (swept.length === 0 && made.seeds === undefined && issues.length === 0) {
    issues.push({
      path: 'grid',
      message: 'expected something that varies, got neither grid, zip, list nor seeds.',
    });
  }
  if (issues.length > 0) throw issuesFailure(source, issues);
  return made;
}
