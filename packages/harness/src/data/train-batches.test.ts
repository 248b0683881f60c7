import { describe, expect, it } from 'vitest';
import { causalObjective, maskedObjective } from './objective.js';
import { memoryTokens } from './tokens/tokens.js';
import { packedWindows } from './tokens/windows.js';
import { countTargets, IGNORED } from './batch.js';
import { trainBatch, validationBatches } from './train-batches.js';

const ids = Int32Array.from({ length: 500 }, (_, i) => i);
const causal = { windows: packedWindows(memoryTokens(ids), 6), objective: causalObjective() };
const masked = {
  windows: packedWindows(memoryTokens(ids), 6),
  objective: maskedObjective({ ordinary: 500, boundary: 500, mask: 501, size: 502 }),
};

describe.each([
  ['causal', causal],
  ['masked', masked],
])('trainBatch, %s', (_name, text) => {
  const batchOf = (step: number, seed = 1) => trainBatch({ text, batch: 4, seed, step });

  it('depends on seed and step alone', () => {
    const later = batchOf(7);
    batchOf(1);
    expect(batchOf(7)).toEqual(later);
    expect(batchOf(8)).not.toEqual(later);
    expect(batchOf(7, 2)).not.toEqual(later);
  });

  it('gives a sequence the same place whatever the size of the batch', () => {
    const { inputs, targets } = trainBatch({ text, batch: 2, seed: 1, step: 7 });
    expect(batchOf(7).inputs.slice(0, 12)).toEqual(inputs);
    expect(batchOf(7).targets.slice(0, 12)).toEqual(targets);
  });
});

describe('trainBatch', () => {
  it('has the next token as target, and never reads past the text', () => {
    for (let step = 0; step < 300; step++) {
      const { inputs, targets } = trainBatch({ text: causal, batch: 4, seed: 1, step });
      expect(inputs).toHaveLength(24);
      inputs.forEach((id, i) => expect(targets[i]).toBe(id + 1));
      expect(Math.max(...targets)).toBeLessThan(500);
    }
  });

  it('reaches the first and the last start of the text', () => {
    const short = { ...causal, windows: packedWindows(memoryTokens(ids.subarray(0, 9)), 6) };
    const seen = new Set<number>();
    for (let step = 0; step < 60; step++) {
      const { inputs } = trainBatch({ text: short, batch: 2, seed: 0, step });
      seen.add(inputs[0]).add(inputs[6]);
    }
    expect([...seen].sort()).toEqual([0, 1, 2]);
  });

  it('hides other tokens of the same window in every step', () => {
    const one = { ...masked, windows: packedWindows(memoryTokens(ids.subarray(0, 7)), 6) };
    const places = Array.from({ length: 40 }, (_, step) =>
      trainBatch({ text: one, batch: 1, seed: 0, step }).targets.findIndex((id) => id !== IGNORED),
    );
    expect(new Set(places).size).toBe(6);
  });
});

describe('validationBatches', () => {
  it('spreads at most the asked batches evenly, no window twice', () => {
    const batches = validationBatches({ text: causal, batch: 4, count: 3, seed: 0 });
    const starts = batches.flatMap(({ inputs }) => [0, 6, 12, 18].map((at) => inputs[at]));
    expect(batches).toHaveLength(3);
    expect(starts[0]).toBe(0);
    expect(new Set(starts).size).toBe(12);
    const short = { ...causal, windows: packedWindows(memoryTokens(ids.subarray(0, 9)), 6) };
    const few = validationBatches({ text: short, batch: 2, count: 9, seed: 0 });
    expect(few.map(({ inputs }) => inputs.length / 6)).toEqual([2, 1]);
  });

  it('hides the same tokens at every evaluation, and others in every window', () => {
    const batches = () => validationBatches({ text: masked, batch: 4, count: 3, seed: 3 });
    expect(batches()).toEqual(batches());
    expect(batches()).not.toEqual(validationBatches({ text: masked, batch: 4, count: 3, seed: 4 }));
    const places = batches().flatMap(({ targets }) =>
      [0, 6, 12, 18].map((at) =>
        targets.slice(at, at + 6).findIndex((target) => target !== IGNORED),
      ),
    );
    expect(new Set(places).size).toBeGreaterThan(3);
  });

  it('counts what is to be told', () => {
    const [batch] = validationBatches({ text: masked, batch: 4, count: 1, seed: 0 });
    expect(countTargets(batch)).toBe(batch.targets.filter((id) => id !== IGNORED).length);
    expect(countTargets({ inputs: ids, targets: Int32Array.of(0, IGNORED, 4) })).toBe(2);
  });
});
