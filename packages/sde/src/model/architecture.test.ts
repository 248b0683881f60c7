import { describe, expect, test } from 'vitest';
import { architecture, ArchitectureError } from './architecture.js';

const size = { tokens: 4, width: 64, depth: 10 };

function issuesOf(options: Record<string, unknown>) {
  try {
    architecture({ ...size, ...options });
  } catch (error) {
    expect(error).toBeInstanceOf(ArchitectureError);
    return (error as ArchitectureError).issues;
  }
  return [];
}

describe('defaults follow the block kind', () => {
  test('a shaped block is shaped throughout, with unit total weight', () => {
    const arch = architecture(size);
    expect(arch).toMatchObject({
      block: 'shaped',
      attention: 'shaped',
      activation: 'shapedRelu',
      heads: 1,
      headWidth: 64,
      mask: 'full',
      outputProjection: false,
      tau0: 1,
      smooth: 'tanh',
      a: 1,
      norm: 'none',
    });
    expect(arch.gamma).toBeCloseTo(1 / Math.sqrt(8), 15);
    expect(arch.lambda ** 2 + arch.gamma ** 2).toBeCloseTo(1, 15);
  });

  test.each([
    ['unshaped', 'softmax', 'relu', Math.sqrt(7 / 8), Math.sqrt(1 / 8), 'none'],
    ['depthScaled', 'softmax', 'relu', 1, 1 / Math.sqrt(20), 'none'],
    ['preLN', 'softmax', 'relu', 1, 1, 'layer'],
    ['postLN', 'softmax', 'relu', 1, 1, 'layer'],
  ] as const)('%s', (block, attention, activation, lambda, gamma, norm) => {
    const arch = architecture({ ...size, block });
    expect(arch).toMatchObject({ attention, activation, norm });
    expect(arch.lambda).toBeCloseTo(lambda, 14);
    expect(arch.gamma).toBeCloseTo(gamma, 14);
  });

  test('an architecture is its own architecture, and frozen', () => {
    const arch = architecture({ ...size, heads: 4, mask: 'causal' });
    expect(architecture(arch)).toEqual(arch);
    expect(Object.isFrozen(arch)).toBe(true);
  });

  test('undefined options count as left out', () => {
    expect(architecture({ ...size, tau0: undefined })).toEqual(architecture(size));
  });
});

describe('impossible architectures are refused', () => {
  test.each([
    [{ gamma: 1.2 }, 'gamma'],
    [{ gamma: -0.1, block: 'unshaped' }, 'gamma'],
    [{ gamma: NaN }, 'gamma'],
    [{ gamma: 0.5, lambda: 0.9 }, 'lambda'],
    [{ gamma: 0.5, block: 'preLN' }, 'gamma'],
    [{ gamma: 0.5, block: 'depthScaled' }, 'gamma'],
    [{ lambda: 0.5, block: 'postLN' }, 'lambda'],
    [{ tau0: 0 }, 'tau0'],
    [{ tau0: -1 }, 'tau0'],
    [{ tau0: Infinity }, 'tau0'],
    [{ cPlus: NaN }, 'cPlus'],
    [{ cPlus: -8, cMinus: -8 }, 'cPlus'],
    [{ smooth: 'swish' }, 'smooth'],
    [{ a: 0 }, 'a'],
    [{ a: -1, activation: 'shapedSmooth' }, 'a'],
    [{ a: Infinity }, 'a'],
    [{ tokens: 65 }, 'width'],
    [{ tokens: 0 }, 'tokens'],
    [{ depth: 1.5 }, 'depth'],
    [{ heads: 3 }, 'heads'],
    [{ headWidth: 0 }, 'headWidth'],
    [{ mask: 'diagonal' }, 'mask'],
    [{ mask: [[1]] }, 'mask'],
    [
      {
        mask: [
          [1, 1, 1, 1],
          [1, 1, 1],
          [1, 1, 1, 1],
          [1, 1, 1, 1],
        ],
      },
      'mask[1]',
    ],
    [
      {
        mask: [
          [1, 1, 1, 1],
          [1, 2, 1, 1],
          [1, 1, 1, 1],
          [1, 1, 1, 1],
        ],
      },
      'mask[1]',
    ],
    [{ norm: 'rms' }, 'norm'],
    [{ block: 'shape' }, 'block'],
    [{ attention: 'none', activation: 'none' }, 'activation'],
    [{ attention: 'softmax', gamma1Shift: 1 }, 'gamma1Shift'],
    [{ outputProjection: 1 }, 'outputProjection'],
    [{ taus: 1 }, 'taus'],
  ])('%j', (options, path) => {
    expect(issuesOf(options).map((issue) => issue.path)).toContain(path);
  });

  test('every problem is reported at once, each with what was expected and got', () => {
    expect(
      issuesOf({ gamma: 2, tau0: 0, heads: 5 })
        .map((issue) => issue.path)
        .sort(),
    ).toEqual(['gamma', 'headWidth', 'heads', 'tau0']);
    expect(() => architecture({ ...size, tau0: -3 })).toThrow(
      /architecture: expected tau0 to be a positive number, got -3\. /,
    );
  });

  test('a query without any allowed key is legal: only its identity term survives', () => {
    const mask = [
      [1, 1, 1, 1],
      [0, 0, 0, 0],
      [1, 1, 1, 1],
      [1, 1, 1, 1],
    ] as const;
    expect(architecture({ ...size, mask }).mask).toEqual(mask);
  });
});
