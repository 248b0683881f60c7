import { keyFromSeed, Stream } from '@shaped/random';
import { describe, expect, it } from 'vitest';
import { documentLength, type DocumentTable } from './document-table.js';
import { integerBelow } from './integer-below.js';
import { packDocuments } from './packed-tokens.js';
import { splitDocuments } from './split-documents.js';
import { memoryTokens, tokenBlocks, tokenSpan } from './tokens.js';
import { documentWindows, packedWindows } from './windows.js';

/** Documents of these lengths; the k-th token of document d is 100 d + k. */
function corpus(lengths: readonly number[], hashes = lengths.map((_, i) => i)) {
  const ids = lengths.flatMap((length, d) => Array.from({ length }, (_, k) => 100 * d + k));
  let end = 0;
  const table: DocumentTable = {
    ends: Float64Array.from(lengths, (length) => (end += length)),
    hashes: Float64Array.from(hashes),
  };
  return { tokens: memoryTokens(Int32Array.from(ids)), table };
}

const [BOUNDARY, PADDING] = [-10, -20];
const LENGTHS = [3, 1, 7, 2, 5];
const documents = (chosen: readonly number[]) => ({
  ...corpus(LENGTHS),
  chosen: Uint32Array.from(chosen),
  boundary: BOUNDARY,
});
const stream = (i: number) => new Stream(keyFromSeed(1), i);

describe('packDocuments', () => {
  it('has the chosen documents in a row, each with its boundary, and reads any part', () => {
    const packed = packDocuments(documents([0, 2, 3]));
    const whole = [
      0,
      1,
      2,
      BOUNDARY,
      200,
      201,
      202,
      203,
      204,
      205,
      206,
      BOUNDARY,
      300,
      301,
      BOUNDARY,
    ];
    expect(packed.length).toBe(whole.length);
    for (let start = 0; start <= whole.length; start++) {
      for (let end = start; end <= whole.length; end++) {
        expect([...packed.read(start, end)]).toEqual(whole.slice(start, end));
      }
    }
    expect([...tokenBlocks(packed, 4)].flatMap((block) => [...block])).toEqual(whole);
    expect([...tokenSpan(packed, 3, 6).read(1, 3)]).toEqual([200, 201]);
  });
});

describe('splitDocuments', () => {
  const sides = (lengths: number[], fraction: number, hashes?: number[]) =>
    splitDocuments(corpus(lengths, hashes).table, fraction);

  it('keeps about the asked share, by the order of the hashes alone', () => {
    const lengths = Array.from({ length: 200 }, (_, i) => 50 + ((i * 37) % 100));
    const hashes = lengths.map((_, i) => stream(i).uint32());
    const { table } = corpus(lengths, hashes);
    const split = splitDocuments(table, 0.1)!;
    const total = table.ends[199];
    const held = [...split.validation].reduce((sum, d) => sum + documentLength(table, d), 0);
    // Half of the longest document at most is missing or too much.
    expect(Math.abs(held - 0.1 * total)).toBeLessThanOrEqual(75);
    expect([...split.train, ...split.validation].sort((a, b) => a - b)).toEqual(
      lengths.map((_, i) => i),
    );

    const order = stream(999).permutation(200);
    const shuffled = corpus(
      [...order].map((d) => lengths[d]),
      [...order].map((d) => hashes[d]),
    );
    const again = splitDocuments(shuffled.table, 0.1)!;
    const chosen = [...again.validation].map((d) => order[d]);
    expect(chosen.sort((a, b) => a - b)).toEqual([...split.validation]);
  });

  it('keeps equal documents on one side', () => {
    const split = sides([10, 10, 10, 10, 10, 10], 0.4, [5, 1, 5, 1, 2, 9])!;
    expect([...split.validation]).toEqual([1, 3]);
  });

  it('passes over a document that is too long for the share', () => {
    expect([...sides([1000, 100], 0.1, [1, 2])!.validation]).toEqual([1]);
  });

  it('is undefined where every document is too long, as a single one is', () => {
    expect(sides([500], 0.1)).toBeUndefined();
    expect(sides([10, 10, 10], 0.1)).toBeUndefined();
    expect(sides([10, 10], 0.99)).toBeUndefined();
  });
});

describe('packedWindows', () => {
  it('spreads different windows over the text and draws every start', () => {
    const windows = packedWindows(memoryTokens(Int32Array.from({ length: 20 }, (_, i) => i)), 4);
    expect(windows.count).toBe(16);
    expect(windows.spread(4).map((window) => [...window])).toEqual(
      [0, 4, 8, 12].map((start) => [0, 1, 2, 3, 4].map((i) => start + i)),
    );
    const starts = Array.from({ length: 400 }, (_, i) => windows.draw(stream(i))[0]);
    expect(new Set(starts).size).toBe(16);
    expect(Math.max(...starts)).toBe(15);
  });

  it('reads texts of more than 2^32 tokens at all their places', () => {
    const length = 2 ** 40;
    const read = (start: number, end: number) =>
      Int32Array.of(Math.floor(start / 2 ** 20), end - start);
    const windows = packedWindows({ length, read }, 8);
    const places = Array.from({ length: 200 }, (_, i) => windows.draw(stream(i)));
    expect(places.every(([, count]) => count === 9)).toBe(true);
    // 200 uniform places: the largest is below 3/4 with probability 1e-25.
    expect(Math.max(...places.map(([place]) => place))).toBeGreaterThan(0.75 * 2 ** 20);
    expect(integerBelow(stream(1), 1)).toBe(0);
  });
});

describe('documentWindows', () => {
  const windows = documentWindows({ ...documents([0, 1, 2, 3, 4]), padding: PADDING }, 3);

  it('lie in one document each, with its boundary, and padding behind short ones', () => {
    const seen = new Set(Array.from({ length: 500 }, (_, i) => windows.draw(stream(i)).join()));
    const expected = [
      [0, 1, 2, BOUNDARY],
      [100, BOUNDARY, PADDING, PADDING],
      ...[0, 1, 2, 3].map((at) => [200 + at, 201 + at, 202 + at, 203 + at]),
      [204, 205, 206, BOUNDARY],
      [300, 301, BOUNDARY, PADDING],
      ...[0, 1].map((at) => [400 + at, 401 + at, 402 + at, 403 + at]),
      [402, 403, 404, BOUNDARY],
    ];
    expect(seen).toEqual(new Set(expected.map((ids) => ids.join())));
  });

  it('come from a document as often as it is long, in windows', () => {
    expect(windows.count).toBe(1 + 1 + 3 + 1 + 2);
    const counts = new Array<number>(5).fill(0);
    const draws = 8000;
    for (let i = 0; i < draws; i++) counts[Math.floor(windows.draw(stream(i))[0] / 100)]++;
    // Five standard errors: a false alarm with probability below 3e-6, fixed seed.
    [1, 1, 3, 1, 2].forEach((share, d) => {
      const p = share / 8;
      expect(Math.abs(counts[d] / draws - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / draws));
    });
  });

  it('are spread over all documents, from the first token to the last', () => {
    expect(windows.spread(8).map((window) => window[0])).toEqual([
      0, 100, 200, 202, 204, 300, 400, 402,
    ]);
    expect(windows.spread(2).map((window) => window[0])).toEqual([0, 204]);
  });
});
