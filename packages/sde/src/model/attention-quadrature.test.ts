import { describe, expect, test } from 'vitest';
import { confirm, reject } from '../testing/evidence.js';
import { exactMixedDrift } from '../testing/exact-mixed-drift.js';
import { architecture, type ArchitectureOptions } from './architecture.js';
import { attentionSde } from './attention-sde.js';

const V = Float64Array.of(1.3, -0.4, -0.4, 0.7);
const options: ArchitectureOptions = { tokens: 2, width: 64, depth: 1, gamma: 0.6, tau0: 0.5 };

/** The remainder is κ/n with κ at most 6.7 in these cases. */
const WIDE = 2 ** 20;
const REMAINDER = 8 / WIDE;

const gapAt = (width: number, change: Partial<ArchitectureOptions>, of = change) => {
  const exact = exactMixedDrift(architecture({ ...options, ...change, width }), V);
  const b = attentionSde(architecture({ ...options, ...of })).drift(V);
  return Math.max(...exact.map((x, i) => Math.abs(x - b[i])));
};

// docs/theory.md, sections 7, 8 and 11: the first and second order of the softmax, without any noise.
describe('the exact mean change of two tokens tends to the drift like 1/n', () => {
  test.each<[string, 'attention drift' | 'gains', Partial<ArchitectureOptions>]>([
    ['full', 'attention drift', {}],
    ['causal', 'attention drift', { mask: 'causal' }],
    [
      'a query without keys',
      'attention drift',
      {
        mask: [
          [1, 1],
          [0, 0],
        ],
      },
    ],
    ['gains off one, full', 'gains', { gamma1Shift: 0.7, gamma2Shift: -1.3 }],
    ['gains off one, causal', 'gains', { gamma1Shift: 0.7, gamma2Shift: -1.3, mask: 'causal' }],
  ])('%s', (_, formula, change) => {
    expect(gapAt(4096, change) / gapAt(16_384, change)).toBeCloseTo(4, 1);
    confirm(formula, gapAt(WIDE, change), REMAINDER, 'remainder');
  });

  test('and not to that of another mask, temperature or gain', () => {
    const refuse = (
      formula: string,
      wrong: string,
      right: Partial<ArchitectureOptions>,
      of: Partial<ArchitectureOptions>,
    ) => reject(formula, wrong, gapAt(WIDE, right, of), REMAINDER, 'remainder');
    refuse('attention drift', 'quadrature: another mask', { mask: 'causal' }, {});
    refuse('attention drift', 'quadrature: τ0 1 % off', {}, { tau0: 0.505 });
    const gains = { gamma1Shift: 0.7, gamma2Shift: -1.3 };
    refuse('gains', 'quadrature: a 1 % off', gains, { ...gains, gamma1Shift: 0.707 });
    refuse('gains', 'quadrature: sign of b turned', gains, { ...gains, gamma2Shift: 1.3 });
  });
});
