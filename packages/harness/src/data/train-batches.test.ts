import { describe, expect, it } from 'vitest';
import { EXIT } from '../failure.js';
import { splitTokens, trainBatch, validationBatches } from './train-batches.js';

const tokens = Int32Array.from({ length: 500 }, (_, i) => i);
const batchOf = (step: number, seed = 1) => trainBatch({ tokens, batch: 4, length: 6, seed, step });

describe('splitTokens', () => {
  it('keeps the end of the text for validation', () => {
    const { train, validation } = splitTokens(tokens, 0.1, 6);
    expect(train).toEqual(tokens.subarray(0, 450));
    expect(validation).toEqual(tokens.subarray(450));
  });

  it('refuses a part that is shorter than a sequence and its target', () => {
    expect(splitTokens(tokens, 0.02, 9).validation).toHaveLength(10);
    expect(() => splitTokens(tokens, 0.02, 10)).toThrow(
      expect.objectContaining({
        exitCode: EXIT.usage,
        message: expect.stringContaining('got 490 and 10') as string,
      }),
    );
  });
});

describe('trainBatch', () => {
  it('depends on seed and step alone', () => {
    const later = batchOf(7);
    batchOf(1);
    expect(batchOf(7)).toEqual(later);
    expect(batchOf(8)).not.toEqual(later);
    expect(batchOf(7, 2)).not.toEqual(later);
  });

  it('has the next token as target, and never reads past the text', () => {
    for (let step = 0; step < 300; step++) {
      const { inputs, targets } = batchOf(step);
      expect(inputs).toHaveLength(24);
      inputs.forEach((id, i) => expect(targets[i]).toBe(id + 1));
      expect(Math.max(...targets)).toBeLessThan(500);
    }
  });

  it('reaches the first and the last start of the text', () => {
    const short = tokens.subarray(0, 9);
    const seen = new Set<number>();
    for (let step = 0; step < 60; step++) {
      const { inputs } = trainBatch({ tokens: short, batch: 2, length: 6, seed: 0, step });
      seen.add(inputs[0]).add(inputs[6]);
    }
    expect([...seen].sort()).toEqual([0, 1, 2]);
  });
});

describe('validationBatches', () => {
  it('spreads at most the asked batches evenly, no window twice', () => {
    const batches = validationBatches({ tokens, batch: 4, length: 6, count: 3 });
    const starts = batches.flatMap(({ inputs }) => [0, 6, 12, 18].map((at) => inputs[at]));
    expect(batches).toHaveLength(3);
    expect(starts[0]).toBe(0);
    expect(new Set(starts).size).toBe(12);
    const few = validationBatches({ tokens: tokens.subarray(0, 9), batch: 2, length: 6, count: 9 });
    expect(few.map(({ inputs }) => inputs.length / 6)).toEqual([2, 1]);
  });
});
