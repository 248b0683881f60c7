import { activationSlopes, architecture } from '@shaped/sde';
import { expect, test } from 'vitest';
import {
  dial,
  dialDirection,
  lessShaped,
  partDirection,
  roundedShaping,
  shapedBlock,
} from './shaping.js';

const arch = architecture({ tokens: 4, width: 256, depth: 10, heads: 4, mask: 'causal' });
/** Rounding of a power and its inverse. */
const DIGITS = 12;

test('the middle of the dial is the shaping of the paper', () => {
  expect(dial(0, 0.3, arch)).toEqual({ gamma: 0.3, tau0: 1, cMinus: -1 });
  expect(dial(0, 0.9, arch).gamma).toBe(Math.sqrt(1 / 8));
});

test('the dial ends at the branch weight wanted, and keeps one that is no larger than the paper’s', () => {
  expect(dial(1, 0.9, arch).gamma).toBeCloseTo(0.9, DIGITS);
  for (const u of [0, 0.3, 1]) expect(dial(u, 0.3, arch).gamma).toBe(0.3);
  expect(dial(-1, 0.3, arch).gamma).toBeCloseTo(0.3 / 16, DIGITS);
});

test('the end of the dial is the temperature of plain attention and plain ReLU', () => {
  const shaping = dial(1, 0.3, arch);
  const { tau0, width, headWidth, ...rest } = shapedBlock(arch, shaping);
  expect(tau0 * Math.sqrt(width * headWidth)).toBeCloseTo(Math.sqrt(headWidth), DIGITS);
  const { plus, minus } = activationSlopes({ ...rest, tau0, width, headWidth });
  expect(plus).toBe(1);
  expect(minus).toBeCloseTo(0, DIGITS);
});

test('the dial keeps c₊: what it turns is the difference of the slopes', () => {
  const given = { width: 256, cPlus: 2 };
  expect(dial(0.5, 0.3, given).cMinus).toBeCloseTo(2 - 4, DIGITS);
  expect(dial(1, 0.3, given).cMinus).toBeCloseTo(2 - 16, DIGITS);
});

test('a direction leads from the most shaping to the least, one part alone leaves the others', () => {
  const { at } = dialDirection(0.3, arch);
  expect(at(0).tau0).toBeCloseTo(16, DIGITS);
  expect(at(1).tau0).toBeCloseTo(1 / 16, DIGITS);
  const from = { gamma: 0.3, tau0: 0.5, cMinus: -2 };
  const ends = { gamma: 1, tau0: 1 / 16, cMinus: -16 };
  for (const part of ['gamma', 'tau0', 'cMinus'] as const) {
    const along = partDirection(part, from, arch);
    expect(along.at(0)).toEqual(from);
    const end = along.at(1);
    expect(end[part]).toBeCloseTo(ends[part], DIGITS);
    expect({ ...end, [part]: from[part] }).toEqual(from);
  }
});

test('a part beyond the end of its direction stays', () => {
  const from = { gamma: 1, tau0: 0.01, cMinus: -20 };
  for (const part of ['gamma', 'tau0', 'cMinus'] as const) {
    expect(partDirection(part, from, arch).at(1)[part]).toBeCloseTo(from[part], DIGITS);
  }
  expect(lessShaped(from, 1.25, arch)).toEqual(from);
});

test('less shaped is more of γ and of the slope difference and less of τ0, to their ends', () => {
  const from = { gamma: 0.4, tau0: 0.5, cMinus: -2 };
  expect(lessShaped(from, 1.25, arch)).toEqual({ gamma: 0.5, tau0: 0.4, cMinus: -2.5 });
  expect(lessShaped(from, 100, arch)).toEqual({ gamma: 1, tau0: 1 / 16, cMinus: -16 });
  const more = lessShaped(from, 1 / 1.25, arch);
  expect(more.gamma).toBeCloseTo(0.32, DIGITS);
  expect(more.tau0).toBeCloseTo(0.625, DIGITS);
  expect(more.cMinus).toBeCloseTo(-1.6, DIGITS);
});

test('rounding to three digits shapes more, never less, and keeps the γ that is to stay', () => {
  expect(roundedShaping({ gamma: 0.35355, tau0: 0.04419, cMinus: -11.849 })).toEqual({
    ...{ gamma: 0.353, tau0: 0.0442, cMinus: -11.8 },
  });
  expect(roundedShaping({ gamma: 0.9999, tau0: 0.9991, cMinus: -0.99999 })).toEqual({
    ...{ gamma: 0.999, tau0: 1, cMinus: -0.999 },
  });
  expect(roundedShaping({ gamma: 0.35355, tau0: 2, cMinus: 0 }, 0.35355)).toEqual({
    ...{ gamma: 0.35355, tau0: 2, cMinus: 0 },
  });
});

test('the shaped block has the sizes and the mask of the network, whatever its block', () => {
  const other = architecture({ ...{ tokens: 4, width: 32, depth: 5, heads: 2 }, block: 'postLN' });
  const block = shapedBlock(other, { gamma: 0.2, tau0: 0.7, cMinus: -3 });
  expect(block).toMatchObject({
    ...{ block: 'shaped', attention: 'shaped', activation: 'shapedRelu', norm: 'none' },
    ...{ tokens: 4, width: 32, depth: 5, heads: 2, gamma: 0.2, tau0: 0.7, cMinus: -3 },
  });
});
