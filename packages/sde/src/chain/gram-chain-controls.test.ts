import { describe, expect, test } from 'vitest';
import type { ArchitectureOptions } from '../model/architecture.js';
import { adjustedP, ALPHA, chain, dense, pure, strong } from '../testing/chain-comparison.js';
import type { DenseFaults } from '../testing/dense-network.js';

describe('wrong networks are told apart', () => {
  const causal = { ...strong, mask: 'causal' } as const;
  const oneHead = { ...pure, headWidth: 12 };
  test.each<[string, ArchitectureOptions, ArchitectureOptions, DenseFaults]>([
    ['centring dropped', causal, causal, { uncentred: true }],
    ['another mask', causal, strong, {}],
    ['c₋ off', causal, { ...causal, cMinus: 0 }, {}],
    ['c = 1 in place of c(n)', causal, causal, { normalizer: 1 }],
    ['wrong tau0', oneHead, { ...oneHead, tau0: 1 }, {}],
    ['gamma off', oneHead, { ...oneHead, gamma: 0.8 }, {}],
    ['heads that were not there', oneHead, { ...oneHead, heads: 4 }, {}],
    ['a projection that was not there', oneHead, { ...oneHead, outputProjection: true }, {}],
  ])('%s', (_, right, wrong, faults) => {
    expect(adjustedP(dense(wrong, faults), chain(right))).toBeLessThan(ALPHA);
  });
});
