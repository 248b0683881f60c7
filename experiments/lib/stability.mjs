import { readMap } from '../../packages/harness/dist/map/map-files.js';
import { CHAIN_COLOUR, INK } from '../../packages/harness/dist/report/figures/palette.js';
import { jobsOf } from './jobs-of.mjs';
import { number, table } from './numbers.mjs';

const PANEL = { width: 210, height: 130 };
/** Values of γ that the figure shows, spread over the axis. */
const SHOWN = 6;

/** Cells of the two maps at one place, `{ gamma, tau0, sde, chain }`. */
function pairs(jobs) {
  const [sde, chain] = ['sde', 'chain'].map((theory) =>
    readMap(jobs.find(({ config }) => config.map.theory === theory).run),
  );
  return {
    sde,
    chain,
    cells: sde.cells.map((cell, i) => ({
      ...{ gamma: cell.x, tau0: cell.y, sde: cell, chain: chain.cells[i] },
    })),
  };
}

/** Difference of two shares in standard errors; null where both are 0 or 1. */
function deviation({ sde, chain }) {
  const error = Math.hypot(sde.blowUpError, chain.blowUpError);
  return error === 0 ? null : (chain.blowUp - sde.blowUp) / error;
}

/** Probabilities and layers of stopping, chain against SDE. */
export function results({ maps }) {
  const jobs = jobsOf(maps);
  const { cells } = pairs(jobs);
  const { width, depth, tokens } = jobs[0].config.model;
  const { stopAt } = jobs[0].config.map;
  const gammas = [...new Set(cells.map(({ gamma }) => gamma))];
  const shown = Array.from({ length: Math.min(SHOWN, gammas.length) }, (_, i, all = gammas) => {
    const of = Math.min(SHOWN, all.length);
    return all[Math.round((i * (all.length - 1)) / Math.max(1, of - 1))];
  });
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
        ...{ panel: `γ = ${number(gamma, 2)}`, tau0, series: name, blowUp: cell.blowUp },
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
        `at most ${number(Math.max(...differences), 2)}, at γ = ${number(largest.gamma, 2)}, τ₀ = ` +
        `${number(largest.tau0, 2)}, and by more than three standard errors in ${unequal.length} cells.`,
      ...(moderate.length === 0
        ? []
        : [
            'Median layer at which paths stop, where both stop in more than 5 % of the paths:',
            table(
              ['γ', 'τ₀', 'SDE stops', 'chain stops', 'SDE, median layer', 'chain, median layer'],
              thin(moderate, 8).map(({ gamma, tau0, sde, chain }) => [
                ...[number(gamma, 2), number(tau0, 2), share(sde), share(chain)],
                ...[number(sde.stopLayerMedian, 3), number(chain.stopLayerMedian, 3)],
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
            sort: shown.map((gamma) => `γ = ${number(gamma, 2)}`),
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
  `${number(100 * blowUp, 2)} ± ${number(100 * blowUpError, 1)} %`;

function thin(rows, most) {
  if (rows.length <= most) return rows;
  return Array.from(
    { length: most },
    (_, i) => rows[Math.round((i * (rows.length - 1)) / (most - 1))],
  );
}
