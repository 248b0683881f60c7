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

test('what fits is let through; what takes too long is refused with what would shorten it', () => {
  const plan = { ...smallPlan(), minutes: 2 };
  expect(() => refuseTooLong(plan, 120)).not.toThrow();
  const message = usageFailureOf(() => refuseTooLong(plan, 121));
  expect(message).toMatch(/expected work of at most advise\.minutes \(2\), got about 2 min 1 s/);
  expect(message).toMatch(/3 tokens simulated, width 32, depth 24, 96 networks a block/);
  expect(message).toMatch(/--simulate-tokens.*--level.*--paths.*--minutes/);
});
