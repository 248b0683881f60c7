import { expect, test } from 'vitest';
import { fateSummary } from './fate-summary.js';
import { judge, verdictOf } from './judge.js';
import { syntheticFates } from './testing/synthetic-fates.js';

const GOAL = { level: 0.1, confidence: 0.95, rho: 0.5 };
const N = 200;
const summaryOf = (change: Parameters<typeof syntheticFates>[1]) =>
  fateSummary(syntheticFates(N, { rho: new Float64Array(N).fill(0.2), ...change }), GOAL);
/** A fate of the first `count` paths at layer 3. */
const at = (count: number) => new Float64Array(N).fill(Infinity).fill(3, 0, count);

test.each([
  [0, 'healthy', 'healthy'],
  [12, 'healthy', 'healthy'], // 12/200: upper bound 0.096
  [20, 'undecided', 'undecided'], // 20/200: bounds on either side of 0.1
  [30, 'unhealthy', 'at risk'], // 30/200: lower bound 0.11
  [120, 'unhealthy', 'collapses'],
])('%d of 200 that collapse at level 0.1: %s', (count, judgement, verdict) => {
  const summary = summaryOf({ collapsedAt: at(count) });
  expect([judge(summary, GOAL), verdictOf(summary, GOAL)]).toEqual([judgement, verdict]);
});

test('the verdict names the fate that most networks meet', () => {
  expect(verdictOf(summaryOf({ blewUpAt: at(150), collapsedAt: at(10) }), GOAL)).toBe('blows up');
  expect(verdictOf(summaryOf({ vanishedAt: at(150), collapsedAt: at(120) }), GOAL)).toBe(
    'vanishes',
  );
});

test('a median ρ beyond the goal is unhealthy without any failure', () => {
  const rho = (value: number) => ({ rho: new Float64Array(N).fill(value) });
  expect(judge(summaryOf(rho(0.6)), GOAL)).toBe('unhealthy');
  expect(verdictOf(summaryOf(rho(0.6)), GOAL)).toBe('aligns');
  const spread = Float64Array.from({ length: N }, (_, p) => 0.4 + (0.2 * p) / N);
  expect(judge(summaryOf({ rho: spread }), GOAL)).toBe('undecided');
  expect(judge(summaryOf(rho(0.5)), GOAL)).toBe('healthy');
});
