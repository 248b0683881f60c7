import { beforeAll, describe, expect, test } from 'vitest';
import { EXIT, Failure } from '../failure.js';
import { silent, type Reporter } from '../progress/reporter.js';
import type { Advice, AdviceRecord } from './advice-record.js';
import type { AdvisePlan } from './advise-plan.js';
import { fateSummary } from './fate-summary.js';
import { judge } from './judge.js';
import { NOTCH, runAdvise } from './run-advise.js';
import { lessShaped, shapedBlock, type Shaping } from './shaping.js';
import { simulateFates } from './simulate-fates.js';
import { smallPlan } from './testing/small-plan.js';

const run = (plan: AdvisePlan, least = false, reporter: Reporter = silent) =>
  runAdvise(plan, { least, reporter });

const same = (a: Shaping, b: Shaping) => JSON.stringify(a) === JSON.stringify(b);

/** What networks of a shaping do at random numbers that advice never saw. */
async function independently(plan: AdvisePlan, shaping: Shaping, paths = 1000) {
  const arch = shapedBlock(plan.simulated, shaping);
  const request = { theory: 'chain' as const, arch, paths, purpose: ['another look'] };
  const [fates] = await simulateFates(plan, [request]);
  return fateSummary(fates, plan.goal);
}

describe('a network that collapses', () => {
  const plan = smallPlan({ model: { block: 'unshaped', gamma: 0.6 } });
  let record: AdviceRecord;
  let advice: Advice;
  beforeAll(async () => {
    record = await run(plan);
    advice = record.advice as Advice;
  });

  test('is said to, with the layers by which', () => {
    const { chain, verdict, sde, noSde } = record.asIs;
    expect([verdict, record.outcome]).toEqual(['collapses', 'advised']);
    expect(chain.collapse.lower).toBeGreaterThan(0.5);
    expect(chain.collapse.layers?.median).toBeGreaterThan(3);
    expect(chain.collapse.layers?.q95).toBeLessThanOrEqual(24);
    expect([sde, noSde]).toEqual([null, expect.stringContaining("'shaped'")]);
  });

  test('is advised a shaping that an independent ensemble of it shows healthy', async () => {
    expect(advice.confirmed).toBe(true);
    const summary = await independently(plan, advice.shaping);
    expect(judge(summary, plan.goal)).toBe('healthy');
    expect(advice.check.sde?.paths).toBe(plan.paths);
  });

  test('is advised the least shaping: one notch beyond is not healthy, two violate the goal', async () => {
    const { shaping, ...examination } = advice.beyond;
    expect(examination.judgement).not.toBe('healthy');
    expect(shaping.gamma).toBeGreaterThan(advice.shaping.gamma);
    expect(shaping.tau0).toBeLessThanOrEqual(advice.shaping.tau0);
    expect(shaping.cMinus).toBeLessThan(advice.shaping.cMinus);
    const [one, two] = [NOTCH, NOTCH ** 2].map((factor) =>
      lessShaped(advice.shaping, factor, plan.simulated),
    );
    expect(judge(await independently(plan, one), plan.goal)).not.toBe('healthy');
    expect(judge(await independently(plan, two), plan.goal)).toBe('unhealthy');
  });

  test('was found along the dial and then part by part, each step at a healthy trial', () => {
    const { steps, trials } = advice.search;
    expect(steps.map(({ direction }) => direction)).toEqual(['dial', 'tau0', 'cMinus', 'gamma']);
    for (const { shaping, monotone } of steps) {
      expect(monotone).toBe(true);
      const trial = trials.find((tried) => same(tried.shaping, shaping));
      expect(trial?.judgement).toBe('healthy');
    }
    const judgements = new Set(trials.map(({ judgement }) => judgement));
    expect(judgements).toContain('healthy');
    expect(judgements).toContain('unhealthy');
  });

  test('gets the same bits again, and other ones from another seed', async () => {
    expect(JSON.stringify(await run(plan))).toBe(JSON.stringify(record));
    const other = await run(smallPlan({ model: { block: 'unshaped', gamma: 0.6 }, seed: 6 }));
    expect(other.asIs.chain.rho.median).not.toBe(record.asIs.chain.rho.median);
    expect(other.outcome).toBe('advised');
  });
});

test('a healthy shaped network stays as it is', async () => {
  const record = await run(smallPlan());
  expect([record.outcome, record.advice, record.asIs.verdict]).toEqual([
    ...['healthy', null, 'healthy'],
  ]);
  expect(record.asIs.sde?.risk.count).toBe(0);
});

test('a healthy network is shaped less where that is asked for', async () => {
  const plan = smallPlan({ model: { tau0: 3, cMinus: -0.1 } });
  const { asIs, outcome, advice } = await run(plan, true);
  expect([asIs.verdict, outcome]).toEqual(['healthy', 'advised']);
  expect(advice?.shaping.tau0).toBeLessThan(3);
  expect(advice?.shaping.cMinus).toBeLessThan(-0.1);
});

test('γ near 1 with small τ0 blows up, early, in the SDE earlier; the advice does not', async () => {
  const plan = smallPlan({
    model: { tokens: 8, width: 64, depth: 36, gamma: 0.9, tau0: 0.05, cMinus: 0 },
    advise: { paths: 48 },
  });
  const { asIs, outcome, advice } = await run(plan);
  expect([asIs.verdict, outcome]).toEqual(['blows up', 'advised']);
  const { layers } = asIs.chain.blowUp;
  expect(layers?.median).toBeLessThan(30);
  expect(asIs.sde?.blowUp.lower).toBeGreaterThan(0.5);
  expect(asIs.sde?.blowUp.layers?.median).toBeLessThan(layers?.median ?? 0);
  const { shaping } = advice as Advice;
  expect(judge(await independently(plan, shaping, 200), plan.goal)).toBe('healthy');
});

test('RMS norm stands in for LayerNorm, and it is said; pre-norm growth is no blow-up', async () => {
  const model = { block: 'preLN', tokens: 2, width: 16, depth: 40 };
  const plan = smallPlan({ model, advise: { stopAt: 20 } });
  expect(plan.simulated).toMatchObject({ block: 'preLN', norm: 'rms' });
  const { layerNormApproximated, asIs } = await run(plan);
  expect(layerNormApproximated).toBe(true);
  // Two branches a layer add about 1 each: beyond r = 20, within r (1 + 2 depth).
  expect(Math.exp(asIs.chain.logNorm)).toBeGreaterThan(40);
  expect(asIs.chain.blowUp.count).toBe(0);
});

test('of many tokens the first are simulated, and half of them beside', async () => {
  const plan = smallPlan({
    model: { tokens: 24, mask: 'causal' },
    advise: { simulatedTokens: 4 },
  });
  expect(plan.simulated).toMatchObject({ tokens: 4, mask: 'causal' });
  const { asked, asIs } = await run(plan);
  expect(asked.tokens).toBe(24);
  expect(asIs.tokens).toMatchObject({ asked: 24, simulated: 4, halved: 2 });
  expect(asIs.tokens?.rho.standardError).toBeGreaterThan(0);
  expect(asIs.tokens?.rhoHalved.value).not.toBe(asIs.chain.rho.median);
});

test('where nothing is healthy there is no advice, and no invented one', async () => {
  const plan = smallPlan();
  // The median starts at 0.2: no ensemble shows it below 0.2.
  const { outcome, advice } = await run({ ...plan, goal: { ...plan.goal, rho: 0.19 } });
  expect([outcome, advice]).toEqual(['none found', null]);
});

test('what would take too long is refused before it begins', async () => {
  const began: string[] = [];
  const reporter = { ...silent, task: (label: string) => (began.push(label), silent.task('', 0)) };
  const work = run({ ...smallPlan(), minutes: 1e-9 }, false, reporter);
  await expect(work).rejects.toMatchObject({ exitCode: EXIT.usage });
  await expect(work).rejects.toThrow(/expected work of at most advise\.minutes.*--simulate-tokens/);
  expect(began).toEqual([]);
});

test('an interruption ends the search', async () => {
  const controller = new AbortController();
  const reporter: Reporter = {
    ...silent,
    task: (label) => {
      if (label.startsWith('Looking')) controller.abort(new Failure('Interrupted.', 130));
      return silent.task('', 0);
    },
  };
  const plan = smallPlan({ model: { block: 'unshaped', gamma: 0.6 } });
  const work = runAdvise(plan, { least: false, reporter, signal: controller.signal });
  await expect(work).rejects.toMatchObject({ exitCode: EXIT.interrupted });
});
