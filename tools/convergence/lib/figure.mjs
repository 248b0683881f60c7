import { CHAIN_COLOUR, INK, MUTED } from '../../../packages/harness/dist/report/figures/palette.js';
import { standaloneFigure } from '../../../packages/harness/dist/report/index.js';

const PANEL = { width: 330, height: 200 };
const STANDARD_ERRORS = 2;
const TITLES = { rho: 'mean ρ', logV: 'mean log V' };
const REST_COLOUR = '#d55e00';

/** Moves the second of two bars at one width aside. */
const ASIDE = 1.07;

const GAP = 'gap from chain to SDE';
const REST = 'gap from chain to the SDE with c(n) b';
const EXPECTED = 'expected: SDE with c(n) b against SDE';
const SERIES = { domain: [GAP, REST, EXPECTED], range: [CHAIN_COLOUR, REST_COLOUR, INK] };

/** Vega expression of a power of ten's exponent in superscript digits. */
const SUPERSCRIPT =
  "['⁻⁶', '⁻⁵', '⁻⁴', '⁻³', '⁻²', '⁻¹', '⁰', '¹', '²'][round(log(datum.value) / LN10) + 6]";

/**
 * The gap against the width on logarithmic axes, a panel a mask and functional, as an SVG document.
 * Bars are two standard errors; one that reaches zero is cut at the bottom of the panel.
 */
export async function figure(summaries) {
  const values = summaries.flatMap(({ mask, name, rows, sde }) =>
    rows.flatMap(({ n, gap, rest, expected }) =>
      [
        [GAP, gap],
        [REST, rest],
        [EXPECTED, expected],
      ].map(([series, x]) => {
        const error = series === EXPECTED ? x.error : Math.hypot(x.error, sde.limitError);
        const size = Math.abs(x.value);
        return {
          ...{ panel: panelOf(mask, name), series, size },
          n: series === REST ? n * ASIDE : n,
          low: size - STANDARD_ERRORS * error,
          high: size + STANDARD_ERRORS * error,
        };
      }),
    ),
  );
  const floor = 10 ** Math.floor(Math.log10(Math.min(...values.map(({ high }) => high)) / 3));
  const top = 10 ** Math.ceil(Math.log10(Math.max(...values.map(({ high }) => high))));
  const shown = values.map((row) => ({
    ...row,
    size: Math.max(floor, row.size),
    low: Math.max(floor, row.low),
  }));
  const widths = [...new Set(summaries.flatMap(({ rows }) => rows.map(({ n }) => n)))];
  const panels = summaries.map(({ mask, name }) => panelOf(mask, name));
  const encoding = {
    x: {
      field: 'n',
      type: 'quantitative',
      title: 'width n',
      scale: { type: 'log', nice: false, padding: 14 },
      axis: { values: widths.sort((a, b) => a - b), format: 'd', labelOverlap: true },
    },
    color: { field: 'series', type: 'nominal', scale: SERIES },
  };
  const y = {
    field: 'size',
    type: 'quantitative',
    title: '|gap| (sd of the SDE)',
    scale: { type: 'log', domain: [floor, top], nice: false },
    axis: { values: decades(floor, top), labelExpr: "'10' + " + SUPERSCRIPT },
  };
  const only = (...series) => ({ filter: { field: 'series', oneOf: series } });
  const { svg } = await standaloneFigure({
    name: 'convergence',
    title: 'Gap from the exact chain to the SDE against the width',
    spec: {
      title: 'Gap from the exact chain to the SDE against the width, at equal depth/width',
      data: { values: shown },
      facet: { field: 'panel', type: 'nominal', title: null, sort: panels },
      columns: 2,
      spec: {
        ...PANEL,
        encoding,
        layer: [
          {
            transform: [only(EXPECTED)],
            mark: { type: 'line', strokeWidth: 1.4 },
            encoding: { y },
          },
          {
            transform: [only(GAP, REST)],
            mark: { type: 'rule', strokeWidth: 1.4 },
            encoding: { y: { ...y, field: 'low' }, y2: { field: 'high' } },
          },
          {
            transform: [only(GAP, REST)],
            mark: { type: 'point', filled: true, size: 48, opacity: 1 },
            encoding: { y },
          },
        ],
      },
      config: { axis: { gridColor: MUTED, gridOpacity: 0.15 } },
    },
  });
  return svg;
}

const panelOf = (mask, name) => `${TITLES[name]}, ${mask} mask`;

function decades(floor, top) {
  const [first, last] = [Math.round(Math.log10(floor)), Math.round(Math.log10(top))];
  return Array.from({ length: last - first + 1 }, (_, i) => Number(`1e${first + i}`));
}
