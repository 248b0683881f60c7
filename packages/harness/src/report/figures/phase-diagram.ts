import { CELL_CLASSES } from '../../map/map-cell.js';
import { CLASS_NAMES, lineText, percent, theoryText } from '../../map/render-map.js';
import type { FigureSpec } from './figure.js';
import { hatching, MAP_PLOT, mapOverlay, mapTiles, tileLayer, type MapData } from './map-grid.js';
import { CLASS_COLOURS } from './palette.js';

/** What every figure of a map says of how it was made. */
export function madeBy({ record }: MapData): string {
  const { paths, stopAt, startRho, arch } = record;
  const start =
    startRho === null
      ? 'V0 of the text windows'
      : `V0 with diagonal 1 and ${startRho} elsewhere`.replace('-', '−');
  return `${arch.block} blocks, ${theoryText(record)}, ${paths} paths a cell, ${start}, stopped at |V| > ${stopAt}; path p meets the same noise in every cell`;
}

/**
 * The phase diagram: what most paths of each cell do. Cells whose standard errors leave another
 * class possible are hatched.
 */
export function phaseDiagram(data: MapData): FigureSpec {
  const { record, cells } = data;
  const { summary, mostFailing, confidence, collapsedAbove } = record;
  const names = CELL_CLASSES.map((name) => CLASS_NAMES[name]);
  const classes = mapTiles(data, (cell) => CLASS_NAMES[cell.class]);
  // Numbered, so that each keeps a hatching of its own.
  const undecided = mapTiles(data, (cell) => (cell.decided ? null : cells.indexOf(cell)));
  const colour = {
    type: 'nominal',
    scale: { domain: names, range: CELL_CLASSES.map((name) => CLASS_COLOURS[name]) },
  } as const;
  const { shares, lines } = summary;
  return {
    name: 'phase-diagram',
    title: 'Phase diagram',
    caption: `Healthy ${percent(shares.healthy)} of the cells, collapse ${percent(shares.collapse)}, blow-up ${percent(shares.blowUp)}, undecided ${percent(shares.undecided)} (hatched: the ${percent(confidence)} interval leaves another class possible). Through the configuration: ${lines.map((line) => lineText(record, line)).join('; ')}. Made of ${madeBy(data)}.`,
    formula: `blow-up: |V| > r before T; collapse: mean_{a<b} ρ_ab > ${collapsedAbove} at T; healthy: at most ${percent(mostFailing)} of the paths do either`,
    spec: {
      ...MAP_PLOT,
      title: 'Phase diagram',
      layer: [
        tileLayer(record, classes, {
          ...colour,
          legend: { symbolType: 'square', symbolStrokeWidth: 0 },
        }),
        ...mapOverlay(data, hatching(undecided)),
      ],
    },
  };
}
