import { describe, expect, it } from 'vitest';
import { fixtureMap } from '../../map/testing/fixture-map.js';
import { tinyConfig } from '../../testing/tiny-run.js';
import { draw } from '../testing/draw.js';
import { markCount } from '../testing/vega-svg.js';
import { mapTiles, type MapData } from './map-grid.js';
import { MAP_QUANTITIES, mapQuantity } from './map-quantity.js';
import { CLASS_COLOURS } from './palette.js';
import { phaseDiagram } from './phase-diagram.js';

function data(axes: { x?: string; y?: string } = {}, model: object = {}): MapData {
  const config = tinyConfig({ model });
  return { ...fixtureMap(config, axes), model: config.model };
}

const count = (svg: string, text: string) => svg.split(text).length - 1;

describe('the tiles of a map', () => {
  it('cover every cell once, equal neighbours in a row as one', () => {
    const map = data();
    const tiles = mapTiles(map, (cell) => cell.class);
    expect(tiles.length).toBeLessThan(map.cells.length / 2);
    const area = tiles.reduce((sum, { x, x2, y, y2 }) => sum + (x2 - x) * (y2 - y), 0);
    expect(area).toBeCloseTo(1 * (1.8 * (8 / 7)), 9);
    expect(mapTiles(map, () => null)).toEqual([]);
  });
});

describe('the phase diagram', () => {
  it('shows each class in its colour, the hatching, the boundary and the configuration', async () => {
    const map = data();
    const { svg, texts, caption } = await draw(phaseDiagram(map));
    expect(texts).toEqual(
      expect.arrayContaining([
        ...['Phase diagram', 'branch weight γ', 'temperature scale τ₀'],
        ...['healthy', 'collapse', 'blow-up', 'boundary', 'undecided', 'configuration'],
      ]),
    );
    const tiles = mapTiles(map, (cell) => cell.class);
    for (const [name, colour] of Object.entries(CLASS_COLOURS)) {
      // Once more in the legend.
      const own = tiles.filter(({ value }) => value === name).length;
      expect(own).toBeGreaterThan(0);
      expect(count(svg, `fill="${colour}"`)).toBe(own + 1);
    }
    // Lines of one colour are told apart by their widths, in the legend as in the plot.
    const symbols = [
      ...svg.matchAll(/<path [^>]*d="M-[\d.]+,0L[\d.]+,0"[^>]* stroke-width="([\d.]+)"/g),
    ];
    expect(symbols.map(([, width]) => width)).toEqual(['2', '0.8']);
    const undecided = map.cells.filter(({ decided }) => !decided).length;
    expect(undecided).toBeGreaterThan(0);
    expect(markCount(svg, 'rect')).toBe(tiles.length);
    expect(svg).toContain('shape-rendering="crispEdges"');
    expect(markCount(svg, 'symbol')).toBeGreaterThanOrEqual(1);
    expect(caption).toMatch(/Healthy [\d.]+ % of the cells, .*undecided [\d.]+ % \(hatched/);
    expect(caption).toContain('path p meets the same noise in every cell');
  });

  it('leaves out a configuration that lies outside, and a boundary that is not there', async () => {
    const outside = data({}, { tau0: 7 });
    expect((await draw(phaseDiagram(outside))).texts).not.toContain('configuration');
    const healthy = data();
    for (const cell of healthy.cells) {
      Object.assign(cell, { healthy: 1, collapse: 0, blowUp: 0, class: 'healthy', decided: true });
    }
    const { texts } = await draw(phaseDiagram(healthy));
    expect(texts).not.toContain('boundary');
    expect(texts).not.toContain('undecided');
  });

  it.each([
    ['whole numbers', { x: 'tokens:2:8:7', y: 'heads:1:4:3:log' }, ['2', '8', '1', '4']],
    ['logarithms', { x: 'tau0:0.01:10:9:log', y: 'ratio:0.1:1:5' }, ['0.01', '1', '10']],
    ['negative values', { x: 'cMinus:-6:0:7', y: 'gamma:0.1:1:5' }, ['−6', '0']],
  ])('has axes of %s', async (_, axes, ticks) => {
    const { texts } = await draw(phaseDiagram(data(axes)));
    expect(texts).toEqual(expect.arrayContaining(ticks));
  });
});

describe('the heat maps', () => {
  it.each(MAP_QUANTITIES.map((quantity) => [quantity.name, quantity] as const))(
    '%s has a legend, the boundary and a tile for each value',
    async (_, quantity) => {
      const map = data();
      const { svg, texts, formula } = await draw(mapQuantity(quantity, map));
      expect(texts).toEqual(expect.arrayContaining([quantity.title, quantity.legend, 'boundary']));
      expect(svg).toContain('linearGradient');
      expect(formula).toBe(quantity.formula);
      expect(markCount(svg, 'rect')).toBeGreaterThan(map.record.y.values.length);
    },
  );

  it('leave cells empty where no path reached T, and say so', async () => {
    const map = data();
    const empty = map.cells.filter(({ blowUp }) => blowUp === 1).length;
    expect(empty).toBeGreaterThan(0);
    const { caption } = await draw(mapQuantity(MAP_QUANTITIES[2], map));
    expect(caption).toContain(`Cells in which every path blew up (${empty}) are empty.`);
  });
});
