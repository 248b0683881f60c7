import { describe, expect, it } from 'vitest';
import { mapAxis } from '../config/index.js';
import { contour } from './map-contour.js';

const x = mapAxis('cMinus:-1:1:21');
const y = mapAxis('cPlus:-1:1:21');
const grid = (f: (x: number, y: number) => number, axes = { x, y }) =>
  axes.y.values.flatMap((b) => axes.x.values.map((a) => f(a, b)));

describe('a contour', () => {
  it('is exact for a plane, wherever it cuts', () => {
    const segments = contour(
      { x, y },
      grid((a, b) => 2 * a + b),
      0.3,
    );
    expect(segments.length).toBeGreaterThan(20);
    for (const { x, y, x2, y2 } of segments) {
      expect(2 * x + y).toBeCloseTo(0.3, 12);
      expect(2 * x2 + y2).toBeCloseTo(0.3, 12);
    }
  });

  it('closes around a hill, with the length of a circle', () => {
    const radius = 0.7;
    const segments = contour(
      { x, y },
      grid((a, b) => 1 - Math.hypot(a, b)),
      1 - radius,
    );
    const ends = new Map<string, number>();
    let length = 0;
    for (const { x, y, x2, y2 } of segments) {
      length += Math.hypot(x2 - x, y2 - y);
      for (const end of [
        [x, y],
        [x2, y2],
      ]) {
        const key = end.map((value) => value.toFixed(9)).join(' ');
        ends.set(key, (ends.get(key) ?? 0) + 1);
      }
    }
    expect(new Set(ends.values())).toEqual(new Set([2]));
    expect(length).toBeCloseTo(2 * Math.PI * radius, 1);
  });

  it('is straight in the logarithm on a log axis', () => {
    const log = mapAxis('tau0:0.01:100:9:log');
    const axes = { x: log, y };
    const segments = contour(
      axes,
      grid((a, b) => Math.log(a) + b, axes),
      0.2,
    );
    for (const { x, y } of segments) expect(Math.log(x) + y).toBeCloseTo(0.2, 12);
    expect(segments.length).toBeGreaterThan(3);
  });

  it('joins the corners of a saddle that its middle is like, and cuts off the others', () => {
    const two = { x: mapAxis('cMinus:0:1:2'), y: mapAxis('cPlus:0:1:2') };
    // Row by row: corners (0,0) and (1,1) high, or low.
    const cut = (values: number[]) =>
      contour(two, values, 0.5).map(({ x, y, x2, y2 }) => [x + x2, y + y2].map((s) => s / 2));
    // High middle: the low corners (1,0) and (0,1) are cut off.
    expect(cut([1, 0.2, 0.2, 1])).toEqual([
      [expect.closeTo(0.8125, 9), expect.closeTo(0.1875, 9)],
      [expect.closeTo(0.1875, 9), expect.closeTo(0.8125, 9)],
    ]);
    // Low middle: the high corners (0,0) and (1,1) are.
    expect(cut([0.8, 0, 0, 0.8])).toEqual([
      [expect.closeTo(0.1875, 9), expect.closeTo(0.1875, 9)],
      [expect.closeTo(0.8125, 9), expect.closeTo(0.8125, 9)],
    ]);
  });

  it('is nothing where nothing crosses', () => {
    expect(
      contour(
        { x, y },
        grid(() => 0.2),
        0.5,
      ),
    ).toEqual([]);
    expect(
      contour(
        { x, y },
        grid(() => 0.5),
        0.5,
      ),
    ).toEqual([]);
  });
});
