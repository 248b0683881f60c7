import { expect, test } from 'vitest';
import { usageFailureOf } from '../testing/usage-failure-of.js';
import { estimateSeconds, refuseTooLong } from './estimate-time.js';
import { smallPlan } from './testing/small-plan.js';

test('the time grows with the networks, and falls with the threads', async () => {
  const plan = smallPlan({ model: { depth: 100 } });
  const seconds = await estimateSeconds(plan);
  expect(seconds).toBeGreaterThan(0);
  // A machine at work measures a time twice as long now and then; factors of 20 are no noise.
  expect(await estimateSeconds({ ...plan, paths: 20 * plan.paths })).toBeGreaterThan(4 * seconds);
  expect(await estimateSeconds({ ...plan, workers: 20 })).toBeLessThan(seconds / 4);
});

test('a network too large to measure is not measured, but worked out from a smaller one', async () => {
  const small = smallPlan({ model: { tokens: 32, width: 4096, depth: 4 } });
  const large = smallPlan({ model: { tokens: 4096, width: 2 ** 20, depth: 4 } });
  large.simulated = large.asked;
  const ratio = (await estimateSeconds(large)) / (await estimateSeconds(small));
  // n m² + m³: 256 times the width and 128² times the tokens squared, by noise of a factor of 20.
  const cost = (2 ** 20 * 4096 ** 2 + 4096 ** 3) / (4096 * 32 ** 2 + 32 ** 3);
  expect(ratio).toBeGreaterThan(cost / 20);
  expect(ratio).toBeLessThan(cost * 20);
});

test('what fits is let through; what takes too long is refused with what would shorten it', () => {
  const plan = { ...smallPlan(), minutes: 2 };
  expect(() => refuseTooLong(plan, 120)).not.toThrow();
  const message = usageFailureOf(() => refuseTooLong(plan, 121));
  expect(message).toMatch(/expected work of at most advise\.minutes \(2\), got about 2 min 1 s/);
  expect(message).toMatch(/3 tokens simulated, width 32, depth 24, 96 networks a block/);
  expect(message).toMatch(/--simulate-tokens.*--level.*--paths.*--minutes/);
});
