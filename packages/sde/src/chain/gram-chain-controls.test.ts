import { describe, test } from 'vitest';
import type { ArchitectureOptions } from '../model/architecture.js';
import { adjustedP, ALPHA, chain, dense, pure, strong } from '../testing/chain-comparison.js';
import type { DenseFaults } from '../testing/dense-network.js';
import { reject } from '../testing/evidence.js';

describe('wrong networks are told apart', () => {
  const causal = { ...strong, mask: 'causal' } as const;
  const smooth: ArchitectureOptions = {
    ...strong,
    attention: 'none',
    activation: 'shapedSmooth',
    a: 0.3,
  };
  const oneHead = { ...pure, headWidth: 12 };
  test.each<[string, ArchitectureOptions, ArchitectureOptions, DenseFaults]>([
    ['centring dropped', causal, causal, { uncentred: true }],
    ['another mask', causal, strong, {}],
    ['c₋ off', causal, { ...causal, cMinus: -4.5 }, {}],
    ['SiLU for tanh', { ...smooth, smooth: 'silu' }, smooth, {}],
    ['a off', smooth, { ...smooth, a: 0.5 }, {}],
    ['c = 1 for a smooth activation', smooth, smooth, { normalizer: 1 }],
    ['c = 1 in place of c(n)', causal, causal, { normalizer: 1 }],
    ['wrong tau0', oneHead, { ...oneHead, tau0: 1 }, {}],
    ['gamma off', oneHead, { ...oneHead, gamma: 0.8 }, {}],
    ['heads that were not there', oneHead, { ...oneHead, heads: 4 }, {}],
    ['a projection that was not there', oneHead, { ...oneHead, outputProjection: true }, {}],
  ])('%s', (name, right, wrong, faults) => {
    const digits = -Math.log10(adjustedP(dense(wrong, faults), chain(right)));
    reject('chain', name, digits, -Math.log10(ALPHA), 'p');
  });
});
