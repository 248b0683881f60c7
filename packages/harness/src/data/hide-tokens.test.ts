import { keyFromSeed, Stream } from '@shaped/random';
import { describe, expect, it } from 'vitest';
import { hideTokens } from './hide-tokens.js';
import { IGNORED } from './batch.js';

const ORDINARY = 50;
const vocabulary = { ordinary: ORDINARY, mask: 51 };
const BOUNDARY = 50;

/** 4,000 sequences of 64 tokens that are all 7, each hidden by a stream of its own. */
const LENGTH = 64;
const SEQUENCES = 4000;
const sequence = new Int32Array(LENGTH).fill(7);
const hidden = Array.from({ length: SEQUENCES }, (_, i) =>
  hideTokens(sequence, vocabulary, new Stream(keyFromSeed(5), i)),
);

/**
 * Standard errors that a share may be off: the two-sided level of a normal beyond 5 is 6e-7; there
 * are some 70 such tests here, so that all together raise a false alarm with probability below 5e-5.
 */
const SIGMAS = 5;
const expectShare = (count: number, of: number, share: number) =>
  expect(Math.abs(count / of - share)).toBeLessThan(SIGMAS * Math.sqrt((share * (1 - share)) / of));

describe('hideTokens', () => {
  it('chooses 15 % of the tokens, each place alike', () => {
    const counts = new Array<number>(LENGTH).fill(0);
    for (const { targets } of hidden) {
      targets.forEach((target, position) => (counts[position] += Number(target !== IGNORED)));
    }
    // Less scatter than of independent choices, which the bound is made for.
    expectShare(
      counts.reduce((a, b) => a + b),
      LENGTH * SEQUENCES,
      0.15,
    );
    for (const count of counts) expectShare(count, SEQUENCES, 0.15);
    const perSequence = hidden.map(({ targets }) => targets.filter((id) => id !== IGNORED).length);
    expect(new Set(perSequence)).toEqual(new Set([9, 10])); // 0.15 · 64 = 9.6
    expectShare(perSequence.filter((n) => n === 10).length, SEQUENCES, 0.6);
  });

  it('replaces 80 % by the mask and 10 % by a random token, and keeps 10 %', () => {
    const seen = { mask: 0, kept: 0, other: 0, wrong: 0 };
    const random = new Array<number>(ORDINARY).fill(0);
    let chosen = 0;
    for (const { inputs, targets } of hidden) {
      targets.forEach((target, position) => {
        const id = inputs[position];
        if (target === IGNORED ? id !== 7 : target !== 7) seen.wrong++;
        if (target === IGNORED) return;
        chosen++;
        if (id === vocabulary.mask) seen.mask++;
        else if (id === 7) seen.kept++;
        else {
          seen.other++;
          random[id]++;
        }
      });
    }
    expect(seen.wrong).toBe(0);
    expectShare(seen.mask, chosen, 0.8);
    // A random token is the token itself with probability 1/50.
    expectShare(seen.kept, chosen, 0.1 + 0.1 / ORDINARY);
    expectShare(seen.other, chosen, 0.1 - 0.1 / ORDINARY);
    // Chi-squared with 48 degrees of freedom: beyond 107 with probability 1e-6 (SciPy chi2.isf).
    const expected = seen.other / (ORDINARY - 1);
    const chiSquared = random
      .filter((_, id) => id !== 7)
      .reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(107);
    expect(random).toHaveLength(ORDINARY);
  });

  it('would be caught with other shares', () => {
    const chosen = 0.15 * LENGTH * SEQUENCES;
    expect(() => expectShare(0.83 * chosen, chosen, 0.8)).toThrow();
    expect(() => expectShare(0.16 * LENGTH * SEQUENCES, LENGTH * SEQUENCES, 0.15)).toThrow();
  });

  it('is a function of the stream alone and leaves the sequence as it is', () => {
    const once = hideTokens(sequence, vocabulary, new Stream(keyFromSeed(5), 3, 9));
    expect(hideTokens(sequence, vocabulary, new Stream(keyFromSeed(5), 3, 9))).toEqual(once);
    for (const [path, step] of [
      [4, 9],
      [3, 10],
    ]) {
      const other = hideTokens(sequence, vocabulary, new Stream(keyFromSeed(5), path, step));
      expect(other).not.toEqual(once);
    }
    expect(sequence.every((id) => id === 7)).toBe(true);
  });

  it('never chooses boundaries and padding, and hides one token of a short sequence', () => {
    for (let i = 0; i < 200; i++) {
      const stream = new Stream(keyFromSeed(6), i);
      const { inputs, targets } = hideTokens(
        Int32Array.of(BOUNDARY, 3, 4, BOUNDARY, 52),
        vocabulary,
        stream,
      );
      expect([targets[0], targets[3], targets[4]]).toEqual([IGNORED, IGNORED, IGNORED]);
      expect([inputs[0], inputs[3], inputs[4]]).toEqual([BOUNDARY, BOUNDARY, 52]);
      expect(targets.filter((id) => id !== IGNORED)).toHaveLength(1);
    }
    const nothing = hideTokens(Int32Array.of(BOUNDARY), vocabulary, new Stream(keyFromSeed(0)));
    expect([...nothing.targets]).toEqual([IGNORED]);
  });
});
