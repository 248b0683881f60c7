import { expect, test } from 'vitest';
import { bench } from './bench.js';
import { fateSummary } from './fate-summary.js';
import { shapedBlock } from './shaping.js';
import { simulateFates } from './simulate-fates.js';
import { smallPlan } from './testing/small-plan.js';

const plan = smallPlan({ model: { depth: 10 } });
const healthy = { gamma: 0.2, tau0: 2, cMinus: -0.5 };
const explosive = { gamma: 1, tau0: 0.01, cMinus: -5 };

test('a trial is an ensemble of the exact chain, the same random numbers for every shaping', async () => {
  const { tryAll } = bench(plan);
  const [trial] = await tryAll([healthy]);
  const [fates] = await simulateFates(plan, [
    {
      ...{ theory: 'chain', purpose: ['search'], paths: plan.paths },
      arch: shapedBlock(plan.simulated, healthy),
    },
  ]);
  expect(trial).toMatchObject({ shaping: healthy, judgement: 'healthy' });
  expect(trial.summary).toEqual(fateSummary(fates, plan.goal));
});

test('what is clearly unhealthy ends after its first 64 networks, the others go on', async () => {
  const counted: number[] = [];
  const progress = { advance: (by = 1) => void counted.push(by), done: () => undefined };
  const trying = bench(plan, { progress });
  const trials = await trying.tryAll([explosive, healthy]);
  expect(trials.map(({ judgement, summary }) => [judgement, summary.paths])).toEqual([
    ['unhealthy', 64],
    ['healthy', 96],
  ]);
  expect(counted.reduce((a, b) => a + b)).toBe(2 * 96);
});

test('no shaping is tried twice, and trials come in the order asked', async () => {
  const trying = bench(plan);
  const [first] = await trying.tryAll([healthy]);
  const again = await trying.tryAll([explosive, healthy, explosive]);
  expect(again.map(({ shaping }) => shaping)).toEqual([explosive, healthy, explosive]);
  expect(again[1]).toBe(first);
  expect(trying.trials).toHaveLength(2);
});
