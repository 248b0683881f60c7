import type { Config } from 'vega-lite';
import { GRID, INK, MUTED } from './palette.js';

const FONT = 'system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif';

/** Plot area of a figure that takes one of two columns, pixels. */
export const PLOT = { width: 470, height: 270 } as const;
/** A line has at most so many points: more than the pixels of a plot can show. */
export const MOST_POINTS = 200;

/** An axis of layers or steps: no ticks between whole numbers. */
export const WHOLE_NUMBERS = { tickMinStep: 1, format: 'd' } as const;

/** The horizontal axis of layers. */
export const LAYER_AXIS = {
  field: 'layer',
  type: 'quantitative',
  title: 'layer ℓ',
  axis: WHOLE_NUMBERS,
} as const;

/** Space between two legends side by side: Vega's option, which Vega-Lite passes on undeclared. */
const LEGEND_LAYOUT: object = { layout: { bottom: { margin: 16 } } };

/** How every figure looks. Colours are CSS variables, so that one figure serves light and dark. */
export const THEME: Config = {
  background: undefined,
  padding: 6,
  font: FONT,
  // The page labels each figure as a whole; a label on every point would only be noise.
  aria: false,
  view: { stroke: null },
  title: { color: INK, fontSize: 14, fontWeight: 600, anchor: 'start', frame: 'group', offset: 10 },
  axis: {
    labelColor: MUTED,
    labelFontSize: 11.5,
    titleColor: INK,
    titleFontSize: 12.5,
    titleFontWeight: 400,
    titlePadding: 8,
    domainColor: MUTED,
    tickColor: MUTED,
    tickSize: 4,
    gridColor: GRID,
    labelFlush: false,
  },
  axisX: { grid: false },
  axisY: { domain: false, ticks: false, labelPadding: 6 },
  legend: {
    orient: 'bottom',
    direction: 'horizontal',
    title: null,
    labelColor: INK,
    labelFontSize: 12,
    titleColor: INK,
    labelLimit: 320,
    symbolType: 'stroke',
    symbolSize: 320,
    ...LEGEND_LAYOUT,
    symbolStrokeWidth: 2.2,
    columnPadding: 12,
    rowPadding: 4,
    offset: 10,
  },
  header: {
    labelColor: INK,
    labelFontSize: 12,
    labelFontWeight: 600,
    titleColor: INK,
    titleFontSize: 12.5,
    titleFontWeight: 400,
  },
  line: { strokeWidth: 2, strokeJoin: 'round', strokeCap: 'butt' },
  text: { color: INK },
};
