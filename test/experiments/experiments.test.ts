import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { expectReadableOutput } from '../support/messages.ts';
import { ROOT } from '../support/repository.ts';
import { scratch } from '../support/scratch.ts';

const at = scratch();

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`${ROOT}experiments/run.mjs`, ...args],
    { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '', FORCE_COLOR: undefined } },
  );
  return { code: status, stdout, stderr };
}

/** The pages of the repository, which no quick form may touch. */
const results = () => readFileSync(`${ROOT}docs/results.md`, 'utf8');

describe('the quick form of an experiment', () => {
  test.each([
    ['initialisation', ['rho-depth', 'effectiveRank-depth'], /\| postLN +\|/],
    ['distributions', ['density'], /networks against chain/],
    ['stability', ['stopped'], /SDE and chain give the same class/],
    ['training', ['loss-step', 'loss-time', 'rho-step'], /\| shaped +\| 0\.005 /],
    ['ablations', ['loss-step'], /\| no centring +\| [\d.]+ ± .*At depth 4 the loss differs/s],
    ['gains', ['step'], /\| 4 +\| 2–3 +\| 1 → [\d.]+ ±/],
  ])('%s ends with its section and figures', (name, figures, text) => {
    const before = results();
    const ended = run(name, '--quick', '--out', at(name));
    expect(ended.code, ended.stderr).toBe(0);
    const page = readFileSync(at(name, name, 'results.md'), 'utf8');
    expect(page).toMatch(text);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
    for (const figure of figures) {
      expect(existsSync(at(name, name, 'figures', `${name}-${figure}.svg`))).toBe(true);
    }
    // From the runs that there are, the same section again.
    expect(run(name, '--quick', '--report', '--out', at(name)).code).toBe(0);
    expect(readFileSync(at(name, name, 'results.md'), 'utf8')).toBe(page);
    expect(results()).toBe(before);
  });
});

describe('the command', () => {
  test.each([
    [['nothing-like-it'], /expected one of .*training.*, got "nothing-like-it"/],
    [[], /expected one name, got 0/],
    [['training', '--fast'], /fast/],
  ])('%j is a usage error', (args, message) => {
    const ended = run(...args);
    expectReadableOutput(ended as Parameters<typeof expectReadableOutput>[0]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(message);
  });
});
