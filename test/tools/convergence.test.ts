import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { expectReadableOutput } from '../support/messages.ts';
import { ROOT } from '../support/repository.ts';
import { scratch } from '../support/scratch.ts';

const at = scratch();

/** A module of the command, which has no types of its own. */
const lib = async <T>(name: string) =>
  (await import(new URL(`../../tools/convergence/lib/${name}.mjs`, import.meta.url).href)) as T;

function run(args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`${ROOT}tools/convergence/convergence.mjs`, ...args],
    { encoding: 'utf8' },
  );
  const ended = { code: status, stdout, stderr };
  expectReadableOutput(ended as Parameters<typeof expectReadableOutput>[0]);
  return ended;
}

interface Point {
  n: number;
  value: number;
  error: number;
}

const WIDTHS = [200, 500, 1000, 2000, 5000, 10_000];
const points = (law: (n: number) => number, error: number): Point[] =>
  WIDTHS.map((n, i) => ({ n, value: law(n) + error * Math.sin(7 * i), error }));

describe('the fits', () => {
  interface Fit {
    exponent: number;
    low: number;
    high: number;
    amplitude: number;
    chiSquared: number;
    significance: number;
  }

  test('find the power of a gap, and an interval that excludes the other power', async () => {
    const { powerLaw } = await lib<{ powerLaw: (points: Point[]) => Fit }>('power-law');
    for (const p of [0.5, 1]) {
      const fit = powerLaw(points((n) => 3 * n ** -p, 1e-4));
      expect(fit.exponent).toBeCloseTo(p, 1);
      expect(fit.amplitude / 3).toBeCloseTo(1, 0);
      expect(fit.low).toBeLessThan(p);
      expect(fit.high).toBeGreaterThan(p);
      expect(fit.high - fit.low).toBeLessThan(0.3);
      expect(fit.significance).toBeGreaterThan(3);
    }
    // Noise alone: nothing is gained over no law, and no exponent is bound.
    const nothing = powerLaw(points(() => 0, 1e-2));
    expect(nothing.significance).toBeLessThan(3);
    expect(nothing.high - nothing.low).toBeGreaterThan(2);
    expect(() => powerLaw(points((n) => n, 1).slice(0, 2))).toThrow(/three points or more, got 2/);
  });

  test('find what is left in the limit, and say how well', async () => {
    interface Limit {
      limit: number;
      limitError: number;
      alpha: number;
      alphaError: number;
      beta: number;
    }
    const { limitFit } = await lib<{ limitFit: (points: Point[]) => Limit }>('limit-fit');
    const exact = limitFit(points((n) => 0.02 + 3 / Math.sqrt(n) - 5 / n, 0).map(withError));
    expect([exact.limit, exact.alpha, exact.beta].map((x) => Number(x.toFixed(6)))).toEqual([
      0.02, 3, -5,
    ]);
    const noisy = limitFit(points((n) => 3 / Math.sqrt(n), 1e-3));
    expect(Math.abs(noisy.limit)).toBeLessThan(3 * noisy.limitError);
    expect(exact.limit / exact.limitError).toBeGreaterThan(5);
    expect(() => limitFit([])).toThrow(/got 0/);
  });

  const withError = (point: Point): Point => ({ ...point, error: 1e-3 });
});

test('unshaped chains are compared with the recursion, and the recursion with the ODE', async () => {
  interface Estimate {
    value: number;
    error: number;
  }
  interface Row {
    gap: Estimate;
    depth: number;
    chains: { width: number; paths: number; mean: Estimate; gap: Estimate }[];
  }
  const { summarizeCollapse } = await lib<{
    summarizeCollapse: (results: Map<string, object>, jobs: object[]) => Row[];
  }>('summarize-collapse');
  const chain = (id: string, firstPath: number) => ({
    ...{ id, source: 'unshaped', gamma: 0.5, width: 512, firstPath, paths: 2 },
  });
  const jobs = [
    { id: 'c', source: 'curves', gamma: 0.5 },
    chain('u0', 0),
    chain('u2', 2),
    chain('not yet', 4),
    { id: 'm', source: 'sde', mask: 'full' },
  ];
  const curves = { ode: { value: 0.7, error: 0.003 }, recursion: { value: 0.8, error: 0.004 } };
  const results = new Map<string, object>([
    ['c', curves],
    ['u0', { rho: [0.7, 0.8] }],
    ['u2', { rho: [0.8, 0.9] }],
  ]);
  const [row, ...others] = summarizeCollapse(results, jobs);
  expect(others).toEqual([]);
  expect(row.depth).toBe(6);
  expect(row.gap.value).toBeCloseTo(0.1, 12);
  expect(row.gap.error).toBeCloseTo(0.005, 12);
  expect(row.chains).toMatchObject([{ width: 512, paths: 4 }]);
  expect(row.chains[0].mean.value).toBeCloseTo(0.8, 12);
  expect(row.chains[0].gap.value).toBeCloseTo(0, 12);
});

describe('sde:convergence', () => {
  const tiny = ['--widths', '8,12', '--sde-paths', '25', '--masks', 'causal', '--workers', '1'];
  const data = () => at('paths.jsonl');
  const run2 = (...more: string[]) => run([...tiny, '--data', data(), ...more]);
  const ids = () =>
    readFileSync(data(), 'utf8')
      .split('\n')
      .slice(1, -1)
      .map((line) => (JSON.parse(line) as { id: string }).id);

  test('goes on where it was interrupted, with the same numbers', () => {
    const first = run2('--paths', '20');
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/causal mask, mean correlation ρ: SDE/);
    const all = readFileSync(data(), 'utf8');
    const jobs = ids();
    expect(new Set(jobs).size).toBe(jobs.length);
    // The last job is lost, and its line torn.
    const lines = all.split('\n');
    writeFileSync(data(), lines.slice(0, -2).join('\n') + '\n' + lines.at(-2)!.slice(0, 40));
    const again = run2('--paths', '20');
    expect(again.stdout).toBe(first.stdout);
    expect(again.stderr).toContain(`${jobs.length - 1} jobs are done already`);
    expect(readFileSync(data(), 'utf8')).toBe(all);
    expect(run2('--paths', '20', '--report').stderr).toBe('');
  });

  test('writes a report with its figure, and nothing unless asked to', () => {
    expect(existsSync(at('convergence.md'))).toBe(false);
    const { code } = run2('--paths', '20', '--report', '--out', at('convergence.md'));
    expect(code).toBe(0);
    const text = readFileSync(at('convergence.md'), 'utf8');
    expect(text).toMatch(/^# Convergence in the width\n/);
    expect(text).toContain('## Mean log V_aa, causal mask');
    expect(text).toMatch(/\| no softmax noise or drift +\| .* ± /);
    expect(readFileSync(at('figures/convergence.svg'), 'utf8')).toMatch(/^<svg /);
  });

  test('says what is left to do, without doing it', () => {
    const before = readFileSync(data(), 'utf8');
    const { code, stdout } = run2('--paths', '20', '--estimate');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^0 of \d+ jobs are left: about 0 s/),
    ]);
    expect(readFileSync(data(), 'utf8')).toBe(before);
  });

  test('refuses data of another problem, and lines that are none', () => {
    const other = at('other.jsonl');
    writeFileSync(other, '{"tokens":2}\n');
    const { code, stderr } = run([...tiny, '--data', other]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/the problem .* got \{"tokens":2\}/)]);
    appendFileSync(data(), 'nonsense\n');
    expect(run2('--report').stderr).toMatch(/one result a line, got nonsense/);
  });

  test.each([
    ['--widths', '100,50', /--widths to be ascending and at least 8/],
    ['--paths', '0', /--paths to be a positive integer, got "0"/],
    ['--masks', 'diagonal', /--masks to name some of full, causal, got "diagonal"/],
    ['--width', '5', /usage:/],
  ])('%s %s is refused', (option, value, message) => {
    const { code, stderr } = run([option, value]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
