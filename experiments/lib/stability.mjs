import { thin } from '../../packages/harness/dist/report/depth-profile.js';
import { formatNumber } from '../../packages/harness/dist/report/format-number.js';
import { markdownTable } from '../../tools/docs/markdown-table.mjs';
import { readMap } from '../../packages/harness/dist/map/map-files.js';
import { CHAIN_COLOUR, INK } from '../../packages/harness/dist/report/figures/palette.js';
import { jobsOf } from './jobs-of.mjs';

const PANEL = { width: 210, height: 130 };
/** Values of γ that the figure shows, spread over the axis. */
const SHOWN = 6;

/** The cells of the two maps, place by place: `{ gamma, tau0, sde, chain }`. */
function cellPairs(jobs) {
  const [sde, chain] = ['sde', 'chain'].map(
    (theory) => readMap(jobs.find(({ config }) => config.map.theory === theory).run).cells,
  );
  return sde.map((cell, i) => ({ gamma: cell.x, tau0: cell.y, sde: cell, chain: chain[i] }));
}

/** Difference of two shares in standard errors; null where both are 0 or 1. */
function deviation({ sde, chain }) {
  const error = Math.hypot(sde.blowUpError, chain.blowUpError);
  return error === 0 ? null : (chain.blowUp - sde.blowUp) / error;
}

/** Probabilities and layers of stopping, chain against SDE. */
export function results({ maps }) {
  const jobs = jobsOf(maps);
  const cells = cellPairs(jobs);
  const { width, depth, tokens } = jobs[0].config.model;
  const { stopAt } = jobs[0].config.map;
  const gammas = [...new Set(cells.map(({ gamma }) => gamma))];
  const shown = thin(gammas, SHOWN);
  const differences = cells.map(({ sde, chain }) => Math.abs(chain.blowUp - sde.blowUp));
  const largest = cells[differences.indexOf(Math.max(...differences))];
  const same = cells.filter(({ sde, chain }) => sde.class === chain.class).length;
  const unequal = cells.filter((cell) => Math.abs(deviation(cell) ?? 0) > 3);
  const moderate = cells.filter(({ sde, chain }) => sde.blowUp > 0.05 && chain.blowUp > 0.05);
  const series = cells
    .filter(({ gamma }) => shown.includes(gamma))
    .flatMap(({ gamma, tau0, sde, chain }) =>
      [
        ['SDE', sde],
        ['exact chain', chain],
      ].map(([name, cell]) => ({
        ...{ panel: `γ = ${formatNumber(gamma, 2)}`, tau0, series: name, blowUp: cell.blowUp },
        low: Math.max(0, cell.blowUp - 2 * cell.blowUpError),
        high: Math.min(1, cell.blowUp + 2 * cell.blowUpError),
      })),
    );
  const x = {
    field: 'tau0',
    type: 'quantitative',
    title: 'τ₀',
    scale: { type: 'log', nice: false },
  };
  const color = {
    field: 'series',
    type: 'nominal',
    scale: { domain: ['SDE', 'exact chain'], range: [INK, CHAIN_COLOUR] },
  };
  return {
    text: [
      `Width ${width}, depth ${depth}, ${tokens} tokens, ${cells.length} cells; a path stops when an entry ` +
        `of |V| exceeds ${stopAt} before the last layer. SDE and chain give the same class (healthy, ` +
        `collapse, blow-up) in ${same} of ${cells.length} cells; their probabilities of stopping differ by ` +
        `at most ${formatNumber(Math.max(...differences), 2)}, at γ = ${formatNumber(largest.gamma, 2)}, τ₀ = ` +
        `${formatNumber(largest.tau0, 2)}, and by more than three standard errors in ${unequal.length} cells.`,
      ...(moderate.length === 0
        ? []
        : [
            'Median layer at which paths stop, where both stop in more than 5 % of the paths:',
            markdownTable(
              ['γ', 'τ₀', 'SDE stops', 'chain stops', 'SDE, median layer', 'chain, median layer'],
              thin(moderate, 8).map(({ gamma, tau0, sde, chain }) => [
                ...[formatNumber(gamma, 2), formatNumber(tau0, 2), share(sde), share(chain)],
                ...[formatNumber(sde.stopLayerMedian, 3), formatNumber(chain.stopLayerMedian, 3)],
              ]),
            ),
          ]),
    ],
    figures: [
      {
        name: 'stopped',
        title: 'Probability of stopping against τ₀, SDE and exact chain',
        caption: '',
        spec: {
          title: 'Probability of |V| leaving the radius before the last layer',
          data: { values: series },
          facet: {
            field: 'panel',
            type: 'nominal',
            title: null,
            sort: shown.map((gamma) => `γ = ${formatNumber(gamma, 2)}`),
          },
          columns: 3,
          spec: {
            ...PANEL,
            encoding: { x, color },
            layer: [
              {
                mark: { type: 'rule' },
                encoding: {
                  y: { field: 'low', type: 'quantitative', title: 'P(stopped)' },
                  y2: { field: 'high' },
                },
              },
              {
                mark: { type: 'line', point: { filled: true, size: 24 } },
                encoding: { y: { field: 'blowUp', type: 'quantitative', title: 'P(stopped)' } },
              },
            ],
          },
        },
      },
    ],
  };
}

const share = ({ blowUp, blowUpError }) =>
  `${formatNumber(100 * blowUp, 2)} ± ${formatNumber(100 * blowUpError, 1)} %`;
