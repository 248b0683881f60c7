import { describe, expect, it } from 'vitest';
import { mapAxis } from '../config/index.js';
import { tinyConfig } from '../testing/tiny-run.js';
import type { CellClass, MapCell } from './map-cell.js';
import { cellAt, cellEdges, crossing, mapSummary } from './map-summary.js';

const close = (values: readonly number[]) =>
  values.map((value) => expect.closeTo(value, 10) as number);

describe('the cells of an axis', () => {
  it('meet halfway, in the scale of the axis', () => {
    expect(cellEdges(mapAxis('gamma:0.2:0.8:3'))).toEqual(close([0.05, 0.35, 0.65, 0.95]));
    const root = Math.sqrt(10);
    expect(cellEdges(mapAxis('tau0:0.1:10:3:log'))).toEqual(
      close([0.1 / root, 0.1 * root, root, 10 * root]),
    );
    expect(cellEdges(mapAxis('heads:1:4:3:log'))[0]).toBeCloseTo(Math.SQRT1_2, 10);
  });

  it('hold the values up to their edges and none beyond', () => {
    const axis = mapAxis('gamma:0.2:0.8:3');
    expect([0.04, 0.06, 0.34, 0.36, 0.94, 0.96].map((value) => cellAt(axis, value))).toEqual([
      undefined,
      0,
      0,
      1,
      2,
      undefined,
    ]);
    expect(cellAt(mapAxis('cPlus:1:2:3:log'), -1)).toBeUndefined();
  });
});

describe('a crossing', () => {
  it('lies on the straight line in the scale of the axis', () => {
    expect(crossing(mapAxis('gamma:0:1:3'), [0.5, 0.2], [1, 0.8], 0.5)).toBeCloseTo(0.75, 12);
    expect(crossing(mapAxis('tau0:1:100:3:log'), [1, 0], [100, 1], 0.5)).toBeCloseTo(10, 12);
  });
});

/** Cells with the class and health that the rows say, from the smallest y. */
function cellsOf(rows: readonly (readonly [CellClass, number, boolean?][])[]): MapCell[] {
  return rows.flatMap((own, row) =>
    own.map(([name, healthy, decided = true], column) => ({
      ...{ column, row, x: 0, y: 0, class: name, decided, healthy, healthyError: 0 },
      ...{ collapse: 0, collapseError: 0, blowUp: 1 - healthy, blowUpError: 0 },
      ...{ rhoMedian: 0, stopLayerMedian: null, projected: row === 0 ? 0.6 : 0.4 },
    })),
  );
}

describe('the summary of a map', () => {
  const x = mapAxis('gamma:0.2:0.8:3');
  const y = mapAxis('tau0:1:2:2');
  const cells = cellsOf([
    [
      ['healthy', 0.9],
      ['healthy', 0.7],
      ['blowUp', 0.3],
    ],
    [
      ['collapse', 0.4],
      ['healthy', 0.6, false],
      ['healthy', 0.8],
    ],
  ]);
  const { model } = tinyConfig({ model: { gamma: 0.5, tau0: 0.9 } });
  const summary = mapSummary({ x, y, cells }, { model, mostFailing: 0.5 });

  it('counts decided cells by class, and the others', () => {
    expect(summary.shares).toEqual({
      healthy: 0.5,
      collapse: expect.closeTo(1 / 6, 12) as number,
      blowUp: expect.closeTo(1 / 6, 12) as number,
      undecided: expect.closeTo(1 / 6, 12) as number,
    });
  });

  it('finds the configuration and follows its row and its column', () => {
    expect(summary.own).toEqual({ x: 0.5, y: 0.9, column: 1, row: 0 });
    expect(summary.lines).toEqual([
      {
        along: 'x',
        at: 1,
        stretches: [
          { class: 'healthy', upTo: expect.closeTo(0.65, 12) as number },
          { class: 'blowUp', upTo: null },
        ],
      },
      { along: 'y', at: 0.5, stretches: [{ class: 'healthy', upTo: null }] },
    ]);
  });

  it('takes the nearest lines of a configuration outside', () => {
    const outside = tinyConfig({ model: { gamma: 0, tau0: 5 } }).model;
    const { own, lines } = mapSummary({ x, y, cells }, { model: outside, mostFailing: 0.5 });
    expect(own).toBeNull();
    expect(lines.map(({ at }) => at)).toEqual([2, 0.2]);
    expect(lines[0].stretches).toEqual([
      { class: 'collapse', upTo: expect.closeTo(0.35, 12) as number },
      { class: 'healthy', upTo: null },
    ]);
  });

  it('counts the cells whose steps are too long, without those that blow up', () => {
    expect(summary.coarse).toBe(2);
  });
});
