import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { filesBelow, json } from '../support/run-files.ts';
import type { ShapedOptions } from '../support/shaped.ts';
import { shaped, startShaped, type Ended, type Started } from '../support/shaped.ts';

/** The smallest configuration that gives numbers. */
export const BASE = {
  model: { tokens: 4, width: 16, depth: 3 },
  data: { tokenizer: 'bytes' },
  probe: { windows: 2, networks: 2, gradients: 0, baselines: [] },
  predict: { sdePaths: 16, chainPaths: 16 },
};

/** Twelve jobs. */
export const TWELVE = {
  name: 'twelve',
  command: 'predict',
  config: BASE,
  grid: { 'model.gamma': [0.2, 0.5, 0.9], 'model.tau0': [0.5, 1] },
  seeds: 2,
};

/** How one job's process stands. */
export interface Outcome {
  status: string;
  pid: number;
  message?: string;
}

/** Writes a sweep file (JSON is YAML too); returns its path. */
export function sweepFile(path: string, sweep: object): string {
  writeFileSync(path, JSON.stringify(sweep));
  return path;
}

/** What the jobs of a sweep computed: the bytes of every file but those that hold times. */
export function numbersOf(sweep: string, folders = ['predict']): Map<string, string> {
  return new Map(
    filesBelow(join(sweep, 'jobs'))
      .filter((path) => folders.includes(path.split('/')[1]))
      .map((path) => [path, readFileSync(join(sweep, 'jobs', path)).toString('base64')]),
  );
}

/** Asserts that two sweeps computed the same bytes, and some. */
export function expectSameNumbers(a: string, b: string): void {
  const [one, other] = [numbersOf(a), numbersOf(b)];
  expect(one.size).toBeGreaterThan(0);
  expect([...other.keys()]).toEqual([...one.keys()]);
  for (const [path, bytes] of one) expect(other.get(path) === bytes, path).toBe(true);
  for (const name of ['summary.json', 'summary.csv', 'summary.md']) {
    expect(readFileSync(join(b, name), 'utf8')).toBe(readFileSync(join(a, name), 'utf8'));
  }
}

export const outcome = (sweep: string, job: string): Outcome | undefined => {
  const path = join(sweep, 'outcomes', `${job}.json`);
  return existsSync(path) ? json<Outcome & Record<string, unknown>>(path) : undefined;
};

/** The processes that jobs of a sweep had, by job. */
export function outcomes(sweep: string): Map<string, Outcome> {
  const folder = join(sweep, 'outcomes');
  if (!existsSync(folder)) return new Map();
  const names = filesBelow(folder).filter((name) => name.endsWith('.json'));
  return new Map(
    names.map((name) => [name.slice(0, -'.json'.length), json<never>(join(folder, name))]),
  );
}

export const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Looks for something that is to happen, not a time: a machine may be stopped in between. */
const MOST_LOOKS = 3000;
const POLL_MS = 20;

/** Waits until something is there. */
export async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  for (let looks = 0; ; looks++) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (looks > MOST_LOOKS) throw new Error(`${what} did not come about`);
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}

/** A job of a sweep whose process is at work, once there is one. */
export const runningJob = (sweep: string, not: readonly string[] = []) =>
  until('a running job', () =>
    [...outcomes(sweep)].find(([job, { status }]) => status === 'running' && !not.includes(job)),
  );

/** Waits for every process that jobs had to be gone. */
export const allGone = (sweep: string) =>
  until('the end of every process', () =>
    [...outcomes(sweep).values()].every(({ pid }) => !isThere(pid)),
  );

export const sweepArguments = (file: string, out: string, ...more: string[]) => [
  ...['sweep', file, '-o', out],
  ...more,
];

/** Runs a sweep to its end. */
export const sweep = (
  file: string,
  out: string,
  more: readonly string[] = [],
  options?: ShapedOptions,
): Promise<Ended> => shaped(sweepArguments(file, out, ...more), options);

/** Starts a sweep. */
export const startSweep = (
  file: string,
  out: string,
  more: readonly string[] = [],
  options?: ShapedOptions,
): Started => startShaped(sweepArguments(file, out, ...more), options);
