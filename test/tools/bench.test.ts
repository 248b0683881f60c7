import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { check, resolveConfig } from 'prettier';
import { describe, expect, test } from 'vitest';
import { expectReadableOutput } from '../support/messages.ts';
import { ROOT } from '../support/repository.ts';
import { scratch } from '../support/scratch.ts';

const at = scratch();

/** A module of the benchmark, which has no types of its own. */
const bench = async <T>(name: string) =>
  (await import(new URL(`../../tools/bench/${name}.mjs`, import.meta.url).href)) as T;

/** The command with the readable engine, which is there on every machine. */
function run(args: string[], python = at('no-python')) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`${ROOT}tools/bench/bench.mjs`, '--engine', 'reference', ...args],
    { encoding: 'utf8', env: { ...process.env, SHAPED_BENCH_PYTHON: python } },
  );
  const ended = { code: status, stdout, stderr };
  expectReadableOutput(ended as Parameters<typeof expectReadableOutput>[0]);
  return ended;
}

/** A program in the place of Python whose answer to every request is the given expression. */
function peer(name: string, answer: string): string {
  writeFileSync(
    at(`${name}.mjs`),
    `import { createInterface } from 'node:readline';
const say = (message) => console.log(JSON.stringify(message));
say({ ready: { python: '3', torch: '2', numpy: '1' } });
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  say(${answer});
}
`,
  );
  const path = at(name);
  writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" "${at(name)}.mjs"\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('the measurements', () => {
  test('run in turn, each contender once a round, after one round that does not count', async () => {
    const { interleave } = await bench<{
      interleave: (
        contenders: Record<string, (round: number) => Promise<number>>,
        rounds: number,
        settle: number,
      ) => Promise<Record<string, number[]>>;
    }>('lib/interleave');
    const calls: string[] = [];
    const contender = (name: string, seconds: number) => (round: number) => {
      calls.push(name + round);
      return Promise.resolve(seconds + round);
    };
    const seconds = await interleave({ a: contender('a', 10), b: contender('b', 20) }, 3, 0);
    expect(calls).toEqual(['a0', 'b0', 'b1', 'a1', 'a2', 'b2', 'b3', 'a3']);
    expect(seconds).toEqual({ a: [11, 12, 13], b: [21, 22, 23] });
  });

  test('give the ratio of the medians, scaled, and the extreme ratios of one round', async () => {
    const { compareTimes } = await bench<{
      compareTimes: (ours: number[], peer: number[], scale: number) => Record<string, number>;
    }>('lib/compare-times');
    expect(compareTimes([1, 2, 4], [8, 2, 6], 10)).toEqual({ ratio: 30, lowest: 10, highest: 80 });
  });

  test('find the exponent of a power law', async () => {
    const { growthExponent } = await bench<{
      growthExponent: (points: [number, number][]) => number;
    }>('lib/growth-exponent');
    const points = [64, 128, 512].map((m): [number, number] => [m, 3e-9 * m ** 2.75]);
    expect(growthExponent(points)).toBeCloseTo(2.75, 12);
    expect(() => growthExponent([[8, 1]])).toThrow(/expected two sizes or more, got 1/);
  });
});

describe('the comparison of laws', () => {
  type Problem = Record<string, number>;
  const PATHS = 2_000;

  async function sample(changes: Problem, seed: number): Promise<Float64Array> {
    const { PROBLEM } = await bench<{ PROBLEM: Problem }>('lib/problem');
    const { TELLING } = await bench<{ TELLING: Problem }>('lib/works');
    const { ours } = await bench<{
      ours: { sde: (work: object, how: object) => Promise<{ V: Float64Array }> };
    }>('lib/ours');
    const problem = { ...PROBLEM, ...TELLING, ...changes };
    return (await ours.sde({ problem, paths: PATHS, seed }, { engine: 'reference' })).V;
  }

  test('accepts two seeds of one law and rejects one without its attention terms', async () => {
    const { sameLaw } = await bench<{
      sameLaw: (x: Float64Array, y: Float64Array, tokens: number) => { same: boolean };
    }>('lib/same-law');
    const one = await sample({}, 1);
    expect(sameLaw(one, await sample({}, 2), 8).same).toBe(true);
    // τ0 → ∞ leaves the MLP and the linear noise.
    expect(sameLaw(one, await sample({ tau0: 1e9 }, 3), 8).same).toBe(false);
  });
});

describe('sde:bench', () => {
  test('writes what it measured, with the machine and without its name', async () => {
    const out = at('benchmarks.md');
    const args = ['--quick', '--only', 'growth,memory', '--rounds', '2', '--out', out];
    const { code, stdout } = run(args);
    expect([code, stdout.split('\n').length]).toEqual([0, 3]);
    const text = readFileSync(out, 'utf8');
    expect(text).toMatch(/^# Benchmarks\n/);
    expect(text).toContain('## Machine and versions');
    expect(text).toContain('Medians of 2 rounds');
    expect(text).toMatch(/exponent \d\.\d\d/);
    expect(text).toMatch(/\d+ MB/);
    expect(text).not.toContain(hostname());
    const config = await resolveConfig(`${ROOT}docs/benchmarks.md`);
    expect(await check(text, { ...config, parser: 'markdown' })).toBe(true);
  });

  test('writes nothing when it checks, and exits with 0 where the targets are met', () => {
    const before = existsSync(`${ROOT}docs/benchmarks.md`);
    const { code, stdout } = run(['--quick', '--check', '--only', 'memory']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^met {4}memory: \d+ MB, target/)]);
    expect(existsSync(`${ROOT}docs/benchmarks.md`)).toBe(before);
  });

  test('fails a peer of another law, however slow it is', () => {
    // V = I on every path.
    const wrong = peer(
      'wrong',
      `{ seconds: 1e6, V: request.sample && Buffer.from(Float64Array.from(
        { length: 64 * request.paths }, (_, i) => (i % 64 % 9 === 0 ? 1 : 0)).buffer).toString('base64') }`,
    );
    const { code, stdout, stderr } = run(['--quick', '--check', '--only', 'sde'], wrong);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^MISSED sde: .*; the laws differ\n$/);
    expect(stderr).toContain('expected ours and the peer to follow one law');
  });

  test.each([
    ['that fails', '{ error: "ValueError: no" }', /expected sde to run, got ValueError: no/],
    ['that ends', 'process.exit(3)', /expected a running process, got exit 3/],
    ['that says nothing of use', '{}', /expected seconds, got none/],
  ])('says what is wrong with a peer %s', (_, answer, message) => {
    const { code, stderr } = run(['--quick', '--only', 'sde'], peer('broken', answer));
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  test.each([
    [['--only', 'speed'], /expected --only to name some of sde, .*, got "speed"/],
    [['--rounds', '0'], /expected --rounds to be a positive integer, got "0"/],
    [['--engine', 'fast'], /expected --engine to be kernel or reference, got "fast"/],
    [['--fast'], /Unknown option '--fast'/],
    [['--only', 'chain'], /expected SHAPED_BENCH_PYTHON to name a Python with PyTorch/],
  ])('refuses %j', (args, message) => {
    const { code, stderr } = run(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('the peers', () => {
  interface Find {
    findPeers: (environment: object, root: string) => string;
    pythonOf: (root: string) => string;
    stampOf: (root: string) => string;
    requirementsHash: () => string;
  }

  test('are those that were installed to the end from the requirements of today', async () => {
    const { findPeers, pythonOf, stampOf, requirementsHash } = await bench<Find>('lib/find-peers');
    const { installPeers } = await bench<{
      installPeers: (options: object) => Promise<string>;
    }>('install-peers');
    const root = at('workspace');
    const missing = /expected PyTorch in .*bench-peers.*"node tools\/bench\/install-peers\.mjs"/;
    expect(() => findPeers({}, root)).toThrow(missing);
    mkdirSync(dirname(pythonOf(root)), { recursive: true });
    writeFileSync(pythonOf(root), '');
    expect(() => findPeers({}, root)).toThrow(missing);
    writeFileSync(stampOf(root), 'of other requirements');
    expect(() => findPeers({}, root)).toThrow(missing);
    writeFileSync(stampOf(root), requirementsHash());
    expect(findPeers({}, root)).toBe(pythonOf(root));
    const lines: string[] = [];
    const installed = await installPeers({ root, log: (line: string) => lines.push(line) });
    expect([installed, lines]).toEqual([pythonOf(root), []]);
  });

  test('are pinned to exact versions', () => {
    for (const name of ['requirements.txt', 'requirements-cuda.txt']) {
      const lines = readFileSync(`${ROOT}tools/bench/${name}`, 'utf8').trim().split('\n');
      const pins = lines.filter((line) => !line.startsWith('#'));
      expect(pins.filter((line) => !/^[a-z\d-]+==\d[\d.]*$/.test(line))).toEqual([]);
    }
  });
});
