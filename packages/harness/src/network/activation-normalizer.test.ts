import { architecture, mlpActivation } from '@shaped/sde';
import { expect, test } from 'vitest';
import { activationNormalizer } from './activation-normalizer.js';

/** Two quadratures in float64. */
const QUADRATURE = 1e-13;

const base = { tokens: 2, width: 25, depth: 1 };

test('c = 2/(s₊² + s₋²), s± = 1 + c±/√n, for the shaped ReLU', () => {
  // n = 25: s₊ = 1 + 0.5/5 = 1.1, s₋ = 1 − 1/5 = 0.8, 2/(1.21 + 0.64)
  const arch = architecture({ ...base, cPlus: 0.5, cMinus: -1 });
  expect(activationNormalizer(arch)).toBeCloseTo(2 / 1.85, 14);
});

test('c = 2 for a plain ReLU, whatever c± say, and for c₋ = −√n, which is one', () => {
  const relu = architecture({ ...base, block: 'unshaped', cPlus: 0.5, cMinus: -1 });
  expect(activationNormalizer(relu)).toBe(2);
  expect(activationNormalizer(architecture({ ...base, cMinus: -5 }))).toBe(2);
});

test.each(['tanh', 'gelu', 'silu', 'softplus'] as const)(
  'the shaped %s has one normaliser in the network and in the theory',
  (smooth) => {
    const arch = architecture({ ...base, activation: 'shapedSmooth', smooth, a: 0.6 });
    const c = activationNormalizer(arch);
    expect(Math.abs(c / mlpActivation(arch).c - 1)).toBeLessThan(QUADRATURE);
    expect(Math.abs(c - 1)).toBeGreaterThan(0.01);
  },
);
