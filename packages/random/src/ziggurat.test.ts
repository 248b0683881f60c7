import { describe, expect, test } from 'vitest';
import { keyFromSeed } from './key.js';
import { Stream } from './stream.js';
import { COARSE, FINE } from './ziggurat.js';

const key = keyFromSeed(7);

test.each([FINE, COARSE])(
  'the $strips strips have one area, and the top one closes at the density’s maximum',
  ({ strips, table, heights }) => {
    const area = table[2] * (heights[2] - heights[1]);
    for (let i = 1; i < strips; i++) {
      const height = heights[i + 1] - heights[i];
      // A height is a difference of numbers below 1, each rounded a few times.
      expect(Math.abs(table[2 * i] * height - area)).toBeLessThan(64 * Number.EPSILON);
      expect(table[2 * i]).toBe(table[2 * i - 1]);
    }
    expect([table[2 * strips - 1], heights[strips]]).toEqual([0, 1]);
  },
);

/** Φ(x) by the series of the incomplete gamma function: independent of the table. */
function cdf(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Shares below each bound, compared with Φ: 5 standard errors, alpha below 1e-6 each. Seeded. */
describe.each(['fillNormal', 'fillNormal32'] as const)('%s', (method) => {
  const count = 1_000_000;
  const values = new Stream(key, 1)[method](new Float64Array(count)).sort();

  test('has the normal law in its body, at strip borders, and in its tails', () => {
    const bounds = [
      -4.5,
      -COARSE.tail,
      -FINE.tail,
      -3.5,
      -2,
      -1,
      -0.1,
      0,
      0.05,
      0.7,
      1.5,
      3,
      4,
      4.5,
    ];
    for (const bound of [...bounds, FINE.table[20], COARSE.table[600]]) {
      const below = values.findIndex((x) => x > bound);
      const share = (below < 0 ? count : below) / count;
      const expected = cdf(bound);
      const error = Math.sqrt((expected * (1 - expected)) / count);
      expect(Math.abs(share - expected)).toBeLessThan(5 * error);
    }
  });

  test('has the moments of the normal law to order six', () => {
    [0, 1, 0, 3, 0, 15].forEach((moment, i) => {
      const power = i + 1;
      const mean = values.reduce((sum, x) => sum + x ** power, 0) / count;
      const second = [1, 3, 15, 105, 945, 10395][i];
      expect(Math.abs(mean - moment)).toBeLessThan(5 * Math.sqrt((second - moment ** 2) / count));
    });
  });

  test('repeats no value more often than its resolution has it', () => {
    let repeats = 0;
    for (let i = 1; i < count; i++) if (values[i] === values[i - 1]) repeats++;
    // Pairs of equal values: count²/2 · ∫f², 0.2821, times the spacing: 2^-52, and of single precision
    // at most 2^-22 below 4.
    const spacing = method === 'fillNormal' ? 2 ** -52 : 2 ** -22;
    expect(repeats).toBeLessThan(1 + (count ** 2 / 2) * 0.2821 * spacing);
  });
});

test('each draw takes its share of words, whatever it rejects', () => {
  const words = Array.from({ length: 4000 }, () => 0);
  const plain = new Stream(key, 2);
  words.forEach((_, i) => (words[i] = plain.uint32()));
  const stream = new Stream(key, 2);
  for (let i = 0; i < 500; i++) stream.normal();
  expect(stream.uint32()).toBe(words[1000]);
  stream.uint32();
  for (let i = 0; i < 100; i++) stream.chiSquared(3);
  expect(stream.uint32()).toBe(words[1402]);
  stream.uint32();
  for (let i = 0; i < 100; i++) stream.chiSquared(0.5);
  expect(stream.uint32()).toBe(words[2004]);
});

test('rejected draws do not repeat the words of others', () => {
  // Some 6000 of a million draws are rejected: were their words shared, values would come twice.
  const tails = (path: number) =>
    [...new Stream(key, path).fillNormal(new Float64Array(300_000))].filter(
      (x) => Math.abs(x) > FINE.tail,
    );
  const all = [3, 4, 5].flatMap(tails);
  expect(all.length).toBeGreaterThan(60);
  expect(new Set(all).size).toBe(all.length);
});
