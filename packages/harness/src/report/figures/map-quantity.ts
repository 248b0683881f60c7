import type { MapCell } from '../../map/map-cell.js';
import { percent } from '../../map/render-map.js';
import type { FigureSpec } from './figure.js';
import { MAP_PLOT, mapOverlay, mapTiles, tileLayer, type MapData } from './map-grid.js';
import { madeBy } from './phase-diagram.js';

/** Colours are drawn in steps of this size, finer than the eye can tell apart. */
const STEP = 0.01;

interface Quantity {
  name: string;
  title: string;
  formula: string;
  legend: string;
  of: (cell: MapCell) => number | null;
  /** `probability` from dark to light in [0, 1]; `correlation` around 0 in [−1, 1]. */
  colours: 'probability' | 'correlation';
}

/** What the heat maps of a phase diagram show. */
export const MAP_QUANTITIES = [
  {
    name: 'collapse-probability',
    title: 'Probability of collapse',
    formula: 'share of paths with mean_{a<b} ρ_ab > 0.99 at T',
    legend: 'P(collapse)',
    of: ({ collapse }) => collapse,
    colours: 'probability',
  },
  {
    name: 'blow-up-probability',
    title: 'Probability of blow-up',
    formula: 'share of paths that leave |V| ≤ r before T',
    legend: 'P(blow-up)',
    of: ({ blowUp }) => blowUp,
    colours: 'probability',
  },
  {
    name: 'map-correlation',
    title: 'Median correlation',
    formula: 'median, over the paths that reach T, of mean_{a<b} ρ_ab at T',
    legend: 'median ρ',
    of: ({ rhoMedian }) => rhoMedian,
    colours: 'correlation',
  },
] as const satisfies readonly Quantity[];

const SCALES = {
  probability: { domain: [0, 1], scheme: 'viridis' },
  correlation: { domain: [-1, 1], scheme: 'redblue', reverse: true },
} as const;

/** The largest standard error of the shares of a map. */
function largestError({ cells }: MapData): number {
  return cells.reduce((most, own) => Math.max(most, own.collapseError, own.blowUpError), 0);
}

/** A quantity of every cell of a map in colours; cells where it is undefined stay empty. */
export function mapQuantity(quantity: Quantity, data: MapData): FigureSpec {
  const { name, title, formula, legend, of, colours } = quantity;
  const tiles = mapTiles(data, (cell) => {
    const value = of(cell);
    return value === null ? null : Math.round(value / STEP) * STEP;
  });
  const empty = data.cells.filter((cell) => of(cell) === null).length;
  const colour = { type: 'quantitative', scale: SCALES[colours] } as const;
  const error =
    colours === 'probability'
      ? ` Standard errors are at most ${largestError(data).toFixed(3)}; neighbours share their noise, so that errors move the picture as a whole.`
      : '';
  const missing = empty === 0 ? '' : ` Cells in which every path blew up (${empty}) are empty.`;
  return {
    name,
    title,
    caption: `${title} of each cell; on the line ${percent(data.record.mostFailing)} of the paths collapse or blow up.${error}${missing} Made of ${madeBy(data)}.`,
    formula,
    spec: {
      ...MAP_PLOT,
      title,
      layer: [
        tileLayer(data.record, tiles, {
          ...colour,
          legend: {
            title: legend,
            titleFontWeight: 400,
            orient: 'right',
            direction: 'vertical',
            gradientLength: MAP_PLOT.height,
          },
        }),
        ...mapOverlay(data),
      ],
    },
  };
}
