import { describe, expect, it } from 'vitest';
import { NonFiniteError } from './non-finite-error.js';
import { tokenCorrelation } from './token-correlation.js';
import { tokenCovariance } from './token-covariance.js';

describe('tokenCovariance', () => {
  it('is X Xᵀ divided by the width', () => {
    expect([...tokenCovariance([1, 2, 3, 4], 2, 2)]).toEqual([2.5, 5.5, 5.5, 12.5]);
  });

  it('sums in float64 where float32 would lose the small term', () => {
    const small = 2 ** -20;
    const V = tokenCovariance(Float32Array.from([1, small]), 1, 2);
    expect(V[0]).toBe((1 + small ** 2) / 2);
    expect(V[0]).not.toBe(Math.fround(V[0]));
  });

  it('writes into the array it is given', () => {
    const out = new Float64Array(1);
    expect(tokenCovariance([3], 1, 1, out)).toBe(out);
    expect(out[0]).toBe(9);
  });

  it('refuses tokens that are not finite, with row and column', () => {
    const X = Float32Array.from([1, 2, 3, Infinity]);
    expect(() => tokenCovariance(X, 2, 2)).toThrow(NonFiniteError);
    expect(() => tokenCovariance(X, 2, 2)).toThrow('got Infinity at row 1, column 1');
  });

  it('refuses lengths that do not fit', () => {
    expect(() => tokenCovariance([1, 2, 3], 2, 2)).toThrow('2 tokens × width 2 = 4 numbers, got 3');
    expect(() => tokenCovariance([1], 1, 1, new Float64Array(2))).toThrow(
      'expected out of length 1',
    );
  });
});

describe('tokenCorrelation', () => {
  it('divides by both norms and leaves null where a token is zero', () => {
    expect(tokenCorrelation([4, 3, 0, 3, 9, 0, 0, 0, 0], 3)).toEqual([
      [1, 0.5, null],
      [0.5, 1, null],
      [null, null, null],
    ]);
  });

  it('survives norms whose product leaves float64', () => {
    expect(tokenCorrelation([1e-200, 1e-200, 1e-200, 1e-200], 2)[0][1]).toBeCloseTo(1, 14);
    expect(tokenCorrelation([1e200, 5e199, 5e199, 1e200], 2)[0][1]).toBeCloseTo(0.5, 14);
  });
});
