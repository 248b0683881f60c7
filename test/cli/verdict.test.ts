import { describe, expect, test } from 'vitest';
import { sets } from '../support/config.ts';
import { expectReadableOutput } from '../support/messages.ts';
import { json } from '../support/run-files.ts';
import { scratch } from '../support/scratch.ts';
import { shaped } from '../support/shaped.ts';

/**
 * Enough networks for a verdict: 112 × 24 steps show a drift error of a tenth of a step's spread.
 * Two solver steps a layer, as at width 32 one leaves an error of its own.
 */
const ENOUGH = {
  workers: 0,
  'model.tokens': 4,
  'model.width': 32,
  'model.depth': 24,
  'data.tokenizer': 'bytes',
  'probe.networks': 112,
  'probe.windows': 4,
  'probe.gradients': 0,
  'probe.baselines': [],
  'predict.sdePaths': 2048,
  'predict.chainPaths': 512,
  'predict.stepsPerLayer': 2,
  'check.widths': [16, 32, 128],
  'check.trendPaths': 1024,
};

/** The wrong networks are far off: fewer show it, and they need no long look at the theory. */
const WRONG = {
  ...ENOUGH,
  'probe.networks': 48,
  'check.draws': 16,
  'predict.sdePaths': 64,
  'predict.chainPaths': 256,
  'predict.stepsPerLayer': 1,
  'check.widths': [16, 32],
  'check.trendPaths': 64,
};

interface Verdict {
  verdict: string;
  negativeControl: string;
  comparisons: Record<string, string>;
  findings: { comparison: string; quantity: string; verdict: string; adjustedPValue: number }[];
  gaps: { width: number }[];
}

const at = scratch();

async function check(name: string, changes: Record<string, unknown>, args: string[] = []) {
  const ended = await shaped(['check', '-o', at(name), ...sets(changes), ...args]);
  expectReadableOutput(ended);
  expect(ended.stderr).not.toMatch(/^shaped check: /m);
  return { ...ended, record: json<Verdict>(at(name, 'check', 'verdict.json')) };
}

describe('shaped check', () => {
  test('passes right networks: exit code 0', async () => {
    const { code, stdout, record } = await check('right', ENOUGH);
    const failed = record.findings.filter(({ verdict }) => verdict !== 'PASS');
    expect(failed).toEqual([]);
    expect(record).toMatchObject({
      verdict: 'PASS',
      negativeControl: 'none',
      comparisons: { 'network against exact chain': 'PASS', 'exact chain against SDE': 'PASS' },
    });
    expect(new Set(record.gaps.map(({ width }) => width))).toEqual(new Set([16, 32, 128]));
    expect(stdout).toMatch(/\nVerdict: PASS\n$/);
    expect(code).toBe(0);
  });

  test.each([
    ['too few networks', { 'probe.networks': 8, 'model.depth': 6 }],
    [
      // Of which some tests could not reject anything whatever came out.
      'the smallest ensembles',
      {
        ...{ 'probe.networks': 2, 'probe.windows': 1, 'model.depth': 1, 'check.draws': 8 },
        ...{ 'predict.sdePaths': 2, 'predict.chainPaths': 2, 'check.trendPaths': 2 },
      },
    ],
  ])('decides nothing on %s: exit code 3', async (name, changes) => {
    const { code, stdout, record } = await check(name, { ...WRONG, ...changes });
    expect(record.verdict).toBe('INCONCLUSIVE');
    expect(record.findings.some(({ verdict }) => verdict === 'FAIL')).toBe(false);
    expect(stdout).toMatch(/\nVerdict: INCONCLUSIVE\n$/);
    expect(code).toBe(3);
  });

  /** Which stages of a step a wrong network gets wrong, and which it leaves right. */
  const CONTROLS = [
    ['centring', ['mixing'], ['activation', 'mlp']],
    ['tau0', ['mixing'], ['activation', 'mlp']],
    ['cMinus', ['activation'], ['mixing', 'attention', 'mlp']],
    ['normalizer', ['mlp'], ['mixing', 'attention', 'activation']],
    ['gamma', ['attention', 'mlp'], ['mixing', 'activation']],
  ] as const;
  test.concurrent.each(CONTROLS)(
    'fails networks with a wrong %s: exit code 1, and names the stage',
    async (control, wrong, right) => {
      const args = ['--negative-control', control];
      const { code, stdout, record } = await check(control, WRONG, args);
      expect(record).toMatchObject({
        verdict: 'FAIL',
        negativeControl: control,
        comparisons: { 'network against exact chain': 'FAIL' },
      });
      const failing = record.findings
        .filter(({ verdict }) => verdict === 'FAIL')
        .map(({ quantity }) => quantity.split(':')[0]);
      for (const stage of wrong) {
        expect(failing).toContain(stage);
        expect(stdout).toMatch(new RegExp(`│ ${stage}: [^│]*│[^│]*│[^│]*│[^│]*│ FAIL`));
      }
      for (const stage of right) expect(failing).not.toContain(stage);
      expect(stdout).toMatch(/\nVerdict: FAIL\n$/);
      expect(code).toBe(1);
    },
  );
});
