import { z } from 'zod';

/** The `advise` section of a configuration; docs/decisions/least-shaping.md says why these. */
export const adviseSection = z
  .strictObject({
    level: z
      .number()
      .gt(0)
      .lt(0.5)
      .default(0.01)
      .describe('Largest accepted probability that a network collapses, blows up or vanishes.'),
    confidence: z
      .number()
      .gt(0.5)
      .lt(1)
      .default(0.95)
      .describe('Confidence of the bounds by which a network counts as healthy.'),
    rho: z
      .number()
      .gt(0)
      .lt(0.99)
      .default(0.5)
      .describe('Largest accepted median, at the last layer, of the mean ρ between tokens.'),
    startRho: z
      .number()
      .min(0)
      .lt(0.99)
      .default(0.2)
      .describe('ρ between any two tokens of the input, whose variances are 1.'),
    stopAt: z
      .number()
      .gt(1)
      .default(1000)
      .describe('Radius r: |V| > r is a blow-up, a variance below 1/r has vanished.'),
    paths: z
      .int()
      .min(2)
      .default(1024)
      .describe('Networks simulated for each block tried; four times as many check the advice.'),
    simulatedTokens: z
      .int()
      .min(2)
      .default(16)
      .describe(
        'Most tokens simulated; of a longer window that many, and half as many beside them.',
      ),
    minutes: z
      .number()
      .positive()
      .default(15)
      .describe('Longest work begun; what would take longer on this machine is refused.'),
  })
  .describe('Advice on the shaping of a block.');
