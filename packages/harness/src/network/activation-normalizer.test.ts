import { architecture } from '@shaped/sde';
import { expect, test } from 'vitest';
import { activationNormalizer } from './activation-normalizer.js';

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
