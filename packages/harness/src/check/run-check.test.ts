import { statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EXIT, Failure } from '../failure.js';
import { tinyRun, type Changes } from '../testing/tiny-run.js';
import { hasCheck, readCheck, readResiduals } from './check-files.js';
import { RESIDUAL_TESTS } from './residual-tests.js';
import { LAST_LAYER_TESTS } from './last-layer-tests.js';
import { runCheck } from './run-check.js';
import { TREND_TESTS } from './width-trend.js';

async function checked(changes: Changes = {}) {
  const context = tinyRun({ probe: { baselines: [] }, ...changes });
  const verdict = await runCheck(context);
  return { context, verdict, record: readCheck(context.run) };
}

describe('a check from nothing', () => {
  test('measures, predicts, compares and writes a verdict; a second one reads it', async () => {
    const { context, verdict, record } = await checked();
    expect(context.begun).toEqual([
      'shaped networks',
      'SDE paths',
      'exact chain paths',
      'one-step residuals',
      'chain against SDE',
    ]);
    expect(record.verdict).toBe(verdict);
    expect(verdict).toBe('INCONCLUSIVE'); // four networks and twenty paths decide nothing
    expect(record.skipped).toEqual([]);
    // Means at the last layer are left out: four networks are too few for them.
    const distributions = LAST_LAYER_TESTS / 2;
    expect(record.findings).toHaveLength(RESIDUAL_TESTS + distributions + TREND_TESTS);
    expect(record.gaps).toHaveLength(2 * 3);
    expect(readResiduals(context.run)).toHaveLength(5 * 3 * 6);
    expect(context.said.at(-1)).toMatch(/Verdict: INCONCLUSIVE$/);

    const path = context.run.path('check', 'verdict.json');
    const { mtimeMs } = statSync(path);
    expect(await runCheck(context)).toBe(verdict);
    expect(statSync(path).mtimeMs).toBe(mtimeMs);
    expect(context.begun).toHaveLength(5);
    expect(context.said.at(-1)).toBe(context.said.at(-2));
    expect(context.data.at(-1)).toEqual(context.data.at(-2));
  });

  test('says the same in another directory', async () => {
    const [first, second] = [await checked(), await checked()];
    expect(second.record).toEqual(first.record);
  });

  test('fails a wrong network, in the comparison with the chain', async () => {
    const { verdict, record } = await checked({
      probe: { networks: 24, baselines: [] },
      check: { draws: 16, negativeControl: 'normalizer' },
    });
    expect(verdict).toBe('FAIL');
    expect(record.negativeControl).toBe('normalizer');
    expect(record.comparisons['network against exact chain']).toBe('FAIL');
  });

  test('fails a network whose activation moves where the theory’s stands still', async () => {
    const { verdict, context } = await checked({
      model: { cPlus: 0, cMinus: 0 },
      probe: { networks: 24, baselines: [] },
      check: { negativeControl: 'cMinus' },
    });
    expect(verdict).toBe('FAIL');
    expect(readResiduals(context.run).every(({ drift }) => Number.isFinite(drift))).toBe(true);
  });
});

describe('where theory says nothing', () => {
  test('a model with a chain and no SDE is compared with the chain alone', async () => {
    const { record, context } = await checked({ model: { block: 'unshaped' } });
    expect(Object.keys(record.comparisons)).toEqual(['network against exact chain']);
    expect(record.skipped).toEqual([
      {
        comparison: 'exact chain against SDE',
        reason: expect.stringMatching(/^expected block 'shaped', got 'unshaped'/) as string,
      },
    ]);
    expect(record.findings).toHaveLength(RESIDUAL_TESTS + LAST_LAYER_TESTS / 2);
    expect(context.said.at(-1)).toMatch(/exact chain against SDE: not compared, expected block/);
  });

  test('a network without centring is held to its chain, and the SDE claims nothing', async () => {
    const { record, context } = await checked({ model: { centring: false } });
    expect(Object.keys(record.comparisons)).toEqual(['network against exact chain']);
    expect(record.gaps).toEqual([]);
    expect(context.said.join('\n')).toMatch(/SDE paths: none, expected γ1 = γ2 = 1, got 1 and 0\./);
    expect(context.said.at(-1)).toMatch(
      /exact chain against SDE: not compared, expected γ1 = γ2 = 1, got 1 and 0\./,
    );
  });

  test('a wrong network without SDE still fails', async () => {
    const { verdict } = await checked({
      model: { block: 'unshaped' },
      probe: { networks: 24, baselines: [] },
      check: { negativeControl: 'normalizer' },
    });
    expect(verdict).toBe('FAIL');
  });

  test('a model with neither is INCONCLUSIVE, for two reasons', async () => {
    const { verdict, record, context } = await checked({ model: { block: 'preLN' } });
    expect(verdict).toBe('INCONCLUSIVE');
    expect(record).toMatchObject({ comparisons: {}, findings: [], gaps: [] });
    expect(record.skipped?.map(({ comparison }) => comparison)).toEqual([
      'network against exact chain',
      'exact chain against SDE',
    ]);
    expect(readResiduals(context.run)).toEqual([]);
    expect(context.said.at(-1)).toMatch(/use norm 'rms'/);
  });
});

test('one token has no correlation, and is checked for what it has', async () => {
  const { record } = await checked({ model: { tokens: 1 } });
  expect(record.findings.length).toBeGreaterThan(0);
  expect(record.findings.filter(({ quantity }) => /correlation/.test(quantity))).toEqual([]);
  expect(new Set(record.gaps.map(({ metric }) => metric))).toEqual(new Set(['logNormMean']));
});

test('widths that are one width are refused before anything is measured, where a trend is', async () => {
  const context = tinyRun({ check: { widths: [32, 32] } });
  await expect(runCheck(context)).rejects.toMatchObject({ exitCode: EXIT.usage });
  expect(context.begun).toEqual([]);
  const without = await checked({ model: { block: 'unshaped' }, check: { widths: [32, 32] } });
  expect(without.record.gaps).toEqual([]); // no SDE, no trend, no widths needed
});

test('an interruption leaves no verdict, and what was measured before', async () => {
  const context = tinyRun({ probe: { baselines: [] } });
  context.onAdvance = (label) => {
    if (label === 'one-step residuals') {
      context.controller.abort(new Failure('Interrupted.', EXIT.interrupted));
    }
  };
  await expect(runCheck(context)).rejects.toMatchObject({ exitCode: EXIT.interrupted });
  expect(hasCheck(context.run)).toBe(false);
  expect(context.run.has('probe', 'shaped', 'probe.json')).toBe(true);
  expect(context.run.has('predict', 'chain', 'prediction.json')).toBe(true);
});
