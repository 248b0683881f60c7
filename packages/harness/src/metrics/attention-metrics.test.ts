import { describe, expect, it } from 'vitest';
import { attentionMetrics } from './attention-metrics.js';
import { NonFiniteError } from './non-finite-error.js';
import { softmaxPart } from './softmax-part.js';
import golden from './testing/golden/metrics.json' with { type: 'json' };

describe('attentionMetrics', () => {
  for (const { name, probabilities, size, mask, ...expected } of golden.attention) {
    it(`agrees with NumPy: ${name}`, () => {
      const actual = attentionMetrics(Float32Array.from(probabilities), size, size, mask);
      expect(actual.attentionEntropy).toBeCloseTo(expected.attentionEntropy, 13);
      expect(actual.attentionEntropyNormalized).toBeCloseTo(
        expected.attentionEntropyNormalized,
        13,
      );
    });
  }

  it('is ln c and 1 for uniform attention under a causal mask', () => {
    const P = [1, 0, 0, 1 / 2, 1 / 2, 0, 1 / 3, 1 / 3, 1 / 3];
    const metrics = attentionMetrics(P, 3, 3, 'causal');
    expect(metrics.attentionEntropy).toBeCloseTo((Math.log(2) + Math.log(3)) / 3, 15);
    expect(metrics.attentionEntropyNormalized).toBeCloseTo(1, 15);
  });

  it('is 0 when every query attends to one key', () => {
    expect(attentionMetrics([0, 1, 1, 0], 2, 2)).toEqual({
      attentionEntropy: 0,
      attentionEntropyNormalized: 0,
    });
  });

  it('is null where no query has a key, or none has two', () => {
    expect(attentionMetrics([0, 0, 0, 0], 2, 2, [0, 0, 0, 0])).toEqual({
      attentionEntropy: null,
      attentionEntropyNormalized: null,
    });
    expect(attentionMetrics([1], 1, 1)).toEqual({
      attentionEntropy: 0,
      attentionEntropyNormalized: null,
    });
  });

  it('refuses scores that are no probabilities and says what to do', () => {
    expect(() => attentionMetrics([1.4, -0.4, 0, 1], 2, 2)).toThrow('softmaxPart');
    expect(() => attentionMetrics([0.5, 0.4, 0, 1], 2, 2)).toThrow('rows that sum to 1, got 0.9');
    expect(() => attentionMetrics([0.5, 0.5, 0, 1], 2, 2, 'causal')).toThrow('mask of the layer');
  });

  it('refuses entries that are not finite and lengths that do not fit', () => {
    expect(() => attentionMetrics([NaN, 1, 0, 1], 2, 2)).toThrow(NonFiniteError);
    expect(() => attentionMetrics([1, 0, 0], 2, 2)).toThrow('got 3 numbers');
    expect(() => attentionMetrics([1, 0, 0, 1], 2, 2, [1])).toThrow('mask of 2 × 2 entries, got 1');
  });
});

describe('softmaxPart', () => {
  const { probabilities, size, mask } = golden.attention[1];
  const gamma1 = [1, 0.7, 1.2];
  const gamma2 = [1, 1.4, 0.3];
  const gain = [1, 0.5, 2];

  /** A = γ1 I + g P − γ2 C̄, one head after the other, in float32 as a network holds it. */
  function scores(): Float32Array {
    return Float32Array.from(probabilities, (p, at) => {
      const [head, query] = [Math.floor(at / size / size), Math.floor(at / size) % size];
      const key = at % size;
      const count = mask.slice(query * size, (query + 1) * size).reduce((sum, b) => sum + b, 0);
      const identity = key === query ? gamma1[head] : 0;
      return identity + gain[head] * p - (gamma2[head] * mask[query * size + key]) / count;
    });
  }

  it('inverts A = γ1 I + g P − γ2 C̄ for each head, to float32 rounding', () => {
    const P = softmaxPart(scores(), { tokens: size, gamma1, gamma2, softmaxGain: gain, mask });
    for (let i = 0; i < P.length; i++) {
      expect(Math.abs(P[i] - probabilities[i])).toBeLessThan(4 * 2 ** -23);
      expect(P[i]).toBeGreaterThanOrEqual(0);
    }
  });

  it('takes one gain for all heads and the causal mask by name', () => {
    const P = softmaxPart([1, 0, 0.3, 0.7], { tokens: 2, gamma1: 1, gamma2: 1, mask: 'causal' });
    expect(P[0]).toBe(1);
    expect(P[2]).toBeCloseTo(0.8, 15);
    expect(P[3]).toBeCloseTo(0.2, 15);
  });

  it('refuses gains that are not those of the scores', () => {
    const wrong = { tokens: size, gamma1: 1.5, gamma2, softmaxGain: gain, mask };
    expect(() => softmaxPart(scores(), wrong)).toThrow('Pass the gains and the mask');
  });

  it('refuses a gain of 0 on the softmax, which the scores then do not contain', () => {
    const lost = { tokens: size, gamma1, gamma2, softmaxGain: [1, 0, 1], mask };
    expect(() => softmaxPart(scores(), lost)).toThrow('got 0 at head 1');
  });

  it('refuses lengths that do not fit', () => {
    expect(() => softmaxPart([1, 2], { tokens: 2, gamma1: 1, gamma2: 1 })).toThrow('got 2');
  });
});
