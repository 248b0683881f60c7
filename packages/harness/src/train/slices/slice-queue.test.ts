import { describe, expect, it } from 'vitest';
import { EXIT, Failure } from '../../failure.js';
import { shareMemory } from './shared-memory.js';
import { SliceQueue } from './slice-queue.js';

function queue() {
  const memory = shareMemory({ sequences: 7, slices: 3, tokens: 2, weights: 5, trained: 4 });
  return { memory, queues: [new SliceQueue(memory), new SliceQueue(memory)] as const };
}

describe('SliceQueue', () => {
  it('cuts sequences evenly, and gives every slice of a round to one that asks', () => {
    const {
      memory,
      queues: [own, other],
    } = queue();
    expect([...memory.bounds]).toEqual([0, 2, 4, 7]);
    for (let round = 1; round <= 2; round++) {
      own.begin();
      expect(other.awaitRound(round - 1)).toBe(round);
      expect([own.claim(), other.claim(), own.claim()]).toEqual([0, 1, 2]);
      expect([own.claim(), other.claim()]).toEqual([undefined, undefined]);
      for (const each of [own, other, own]) {
        expect(own.awaitSlices(1)).toBe(false);
        each.finish(each === other);
      }
      expect(own.awaitSlices(1)).toBe(true);
    }
  });

  it('lets others in once the weights are there', () => {
    const {
      queues: [own, other],
    } = queue();
    own.open();
    own.open();
    // Would wait for ever.
    other.awaitOpening();
  });

  it('tells the one that waits why another gave up', () => {
    const {
      queues: [own, other],
    } = queue();
    own.begin();
    own.claim();
    own.finish();
    other.claim();
    other.fail(new Failure(`wasm: “full” ${'\n'.repeat(5000)}`, EXIT.usage));
    expect(() => own.awaitSlices(1)).toThrow(Failure);
    expect(() => own.awaitSlices(1)).toThrow(/^wasm: “full”/);
    expect(() => own.awaitSlices(1)).toThrow(expect.objectContaining({ exitCode: EXIT.usage }));
  });

  it('tells of an error that is no Failure as one', () => {
    const {
      queues: [own, other],
    } = queue();
    other.fail(new TypeError('x is undefined'));
    expect(() => own.awaitSlices(1)).toThrow('x is undefined');
  });
});
