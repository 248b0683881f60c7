import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { describe, expect, test } from 'vitest';
import { tokenCovariance } from '../metrics/index.js';
import { activationExcess, mixedGram } from './layer-grams.js';
import { normalizedGram } from './normalized-gram.js';

const draw = (count: number, purpose: string) =>
  new Stream(foldIn(keyFromSeed(1), purpose)).fillNormal(new Float64Array(count), 1);

describe('mixedGram', () => {
  const m = 4;
  const heads = 3;
  const V = tokenCovariance(draw(m * 9, 'x'), m, 9);
  const A = draw(heads * m * m, 'A');

  test('is Σ_jk A_aj V_jk A_bk averaged over heads, entry by entry', () => {
    const mixed = mixedGram(A, V, m, heads);
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < m; b++) {
        let sum = 0;
        for (let h = 0; h < heads; h++) {
          for (let j = 0; j < m; j++) {
            for (let k = 0; k < m; k++) {
              sum += (A[(h * m + a) * m + j] * V[j * m + k] * A[(h * m + b) * m + k]) / heads;
            }
          }
        }
        expect(mixed[a * m + b]).toBeCloseTo(sum, 12);
      }
    }
  });

  test('the identity leaves V as it is; a constant row gives every token the same variance', () => {
    const identity = Float64Array.from({ length: m * m }, (_, i) => (i % (m + 1) === 0 ? 1 : 0));
    expect(mixedGram(identity, V, m, 1)).toEqual(V);
    const uniform = new Float64Array(m * m).fill(1 / m);
    const mean = V.reduce((sum, v) => sum + v, 0) / (m * m);
    for (const value of mixedGram(uniform, V, m, 1)) expect(value).toBeCloseTo(mean, 12);
  });
});

describe('activationExcess', () => {
  const [m, n] = [3, 10];
  const u = draw(m * n, 'u');

  test('is c φφᵀ/n − u uᵀ/n', () => {
    const phi = u.map((x) => Math.max(x, 0));
    const excess = activationExcess(u, phi, m, n, 2);
    const [P, U] = [tokenCovariance(phi, m, n), tokenCovariance(u, m, n)];
    excess.forEach((value, i) => expect(value).toBeCloseTo(2 * P[i] - U[i], 13));
  });

  test('an activation that changes nothing has none, and scaling it is seen', () => {
    expect([...activationExcess(u, u, m, n, 1)].every((x) => x === 0)).toBe(true);
    const U = tokenCovariance(u, m, n);
    activationExcess(u, u, m, n, 1.5).forEach((x, i) => expect(x).toBeCloseTo(0.5 * U[i], 13));
  });
});

describe('normalizedGram', () => {
  const [tokens, width] = [3, 16];
  const X = draw(tokens * width, 'x').map((x) => x + 0.4);

  test.each(['rms', 'layer'] as const)('has unit diagonal and the rows’ cosines: %s', (norm) => {
    const gram = normalizedGram(X, { tokens, width, norm });
    const rows = Array.from({ length: tokens }, (_, t) => {
      const row = Array.from(X.subarray(t * width, (t + 1) * width));
      const mean = norm === 'layer' ? row.reduce((s, x) => s + x, 0) / width : 0;
      const centred = row.map((x) => x - mean);
      const length = Math.hypot(...centred);
      return centred.map((x) => x / length);
    });
    for (let a = 0; a < tokens; a++) {
      for (let b = 0; b < tokens; b++) {
        const cosine = rows[a].reduce((sum, x, i) => sum + x * rows[b][i], 0);
        expect(gram[a * tokens + b]).toBeCloseTo(cosine, 12);
      }
    }
  });

  test('a zero row stays zero instead of NaN', () => {
    const zeroed = X.slice();
    zeroed.fill(0, 0, width);
    const gram = normalizedGram(zeroed, { tokens, width, norm: 'rms' });
    expect([...gram.slice(0, tokens)]).toEqual([0, 0, 0]);
    expect(gram[4]).toBeCloseTo(1, 14);
  });
});
