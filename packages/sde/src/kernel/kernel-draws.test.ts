import { COARSE, FINE, keyFromSeed, philox4x32, Stream } from '@shaped/random';
import { describe, expect, test } from 'vitest';
import { withKernel, type KernelExports, type KernelInstance } from './kernel-instance.js';
import { LANES } from './lanes.js';
import { tileWords } from './run-tiles.js';

/** What the kernel exports for these tests alone: `assembly/draws-alone.ts`. */
interface DrawExports {
  drawNormals(step: number, count: number): number;
  drawNormals32(step: number, count: number): number;
  drawChi(step: number, count: number, df: number): number;
}

const KEY = keyFromSeed(7);
const STEP = 11;
/**
 * Draws a path: 0.6 % of normals and 0.3 % of those of one word fall beyond their strip's edge, hundreds
 * a path, and some of a tile's in the tail, a few in 10^5.
 */
const COUNT = 50_000;
/** A tile whose paths lie on both sides of 2^32, one at the origin, and the last of all. */
const TILES = [0, 2 ** 32 - 2, 2 ** 48 - LANES];

/** The numbers that the kernel draws for each path of a tile. */
function drawn(
  draw: (exports: DrawExports) => number,
  count: number,
  firstPath: number,
): Promise<number[][]> {
  return withKernel((kernel) => {
    const exports = kernel.exports as KernelExports & DrawExports;
    exports.setKey(...KEY);
    exports.setTile(...tileWords(firstPath));
    const out = draw(exports) / 8;
    expect(out).toBeGreaterThan(0);
    const doubles = kernel.doubles();
    const entry = (lane: number, i: number) =>
      doubles[out + (lane >> 1) * 2 * count + 2 * i + (lane & 1)];
    return Promise.resolve(
      Array.from({ length: LANES }, (_, lane) =>
        Array.from({ length: count }, (_, i) => entry(lane, i)),
      ),
    );
  });
}

/** Where two lists first differ, by `Object.is`; −1 where they do not. */
const firstDifference = (x: ArrayLike<number>, y: ArrayLike<number>) =>
  Array.from(x).findIndex((value, i) => !Object.is(value, y[i]));

function expectStreams(
  paths: number[][],
  firstPath: number,
  draw: (stream: Stream) => ArrayLike<number>,
) {
  paths.forEach((values, lane) => {
    const expected = draw(new Stream(KEY, firstPath + lane, STEP));
    expect(values).toHaveLength(expected.length);
    expect(firstDifference(values, expected), `path ${firstPath + lane}`).toBe(-1);
  });
}

const inTail = (paths: number[][], tail: number) =>
  paths.flat().filter((x) => Math.abs(x) > tail).length;

describe('Philox 4x32-10', () => {
  const at = (kernel: KernelInstance, key: number[], counter: number[]) => {
    const { exports } = kernel;
    exports.setKey(key[0], key[1]);
    const [c0, c1, c2, c3] = counter;
    exports.philox(exports.parametersAt(), c0, c1, c2, c3);
    const from = exports.parametersAt() / 4;
    return [...kernel.integers().subarray(from, from + 4)].map((word) => word >>> 0);
  };

  // Known answers of Random123 (Salmon et al. 2011), `kat_vectors`.
  test.each([
    [
      [0, 0],
      [0, 0, 0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0xa4093822, 0x299f31d0],
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('key %j, counter %j', async (key, counter, answer) => {
    await withKernel((kernel) => {
      expect(at(kernel, key, counter)).toEqual(answer);
      return Promise.resolve();
    });
  });

  test('has the words of @shaped/random at other counters', async () => {
    await withKernel((kernel) => {
      const expected = new Uint32Array(4);
      for (let i = 1; i < 100; i++) {
        const [c0, c1, c2, c3, k0, k1] = [1, 2, 3, 4, 5, 6].map((j) => (i * j * 0x9e3779b1) >>> 0);
        philox4x32(expected, c0, c1, c2, c3, k0, k1);
        expect(at(kernel, [k0, k1], [c0, c1, c2, c3])).toEqual([...expected]);
      }
      return Promise.resolve();
    });
  });
});

describe.each(TILES)('the tile of path %d on draws bit for bit the numbers of Stream', (first) => {
  test('normals', async () => {
    const values = await drawn((kernel) => kernel.drawNormals(STEP, COUNT), COUNT, first);
    expect(inTail(values, FINE.tail)).toBeGreaterThan(9);
    expectStreams(values, first, (stream) => stream.fillNormal(new Float64Array(COUNT)));
  });

  test('normals of one word, an odd number of them', async () => {
    const count = COUNT + 1;
    const values = await drawn((kernel) => kernel.drawNormals32(STEP, count), count, first);
    expect(inTail(values, COARSE.tail)).toBeGreaterThan(3);
    expectStreams(values, first, (stream) => stream.fillNormal32(new Float64Array(count)));
  });

  // Below two degrees from those of two more, and up to 5 % rejected.
  test.each([0.25, 1, 1.5, 2, 3, 7.5, 128])('χ² variates with %d degrees', async (df) => {
    const count = COUNT / 10;
    const values = await drawn((kernel) => kernel.drawChi(STEP, count, df), count, first);
    expectStreams(values, first, (stream) =>
      Float64Array.from({ length: count }, () => Math.sqrt(stream.chiSquared(df))),
    );
  });
});

test('another step, path or key has other numbers', async () => {
  const [[here, beside]] = [await drawn((kernel) => kernel.drawNormals(STEP, 8), 8, 0)];
  const [later] = await drawn((kernel) => kernel.drawNormals(STEP + 1, 8), 8, 0);
  expect(new Set([...here, ...beside, ...later]).size).toBe(24);
});
