import { formatNumber } from '../../packages/harness/dist/report/format-number.js';
import { markdownTable } from '../../tools/docs/markdown-table.mjs';
import { kde, ksDetectable, ksTwoSample, moments } from '../../packages/sde/dist/index.js';
import {
  CHAIN_COLOUR,
  INK,
  BLOCK_COLOURS,
} from '../../packages/harness/dist/report/figures/palette.js';
import { readReportRun } from '../../packages/harness/dist/report/report-run.js';
import { finalValues } from '../../packages/harness/dist/report/run-figures.js';
import { jobsOf } from './jobs-of.mjs';

const METRIC = 'correlationMean';
/** Level of the smallest distance that is said to be seen. */
const ALPHA = 0.05;
const PANEL = { width: 210, height: 130 };
const COLOURS = { networks: BLOCK_COLOURS.shaped, 'exact chain': CHAIN_COLOUR, SDE: INK };

/** The metric at the last layer of every path that reached it. */
const reached = (prediction) => finalValues(prediction, METRIC).filter(Number.isFinite);

function samplesOf({ run }) {
  const { config, probes, predictions } = readReportRun(run);
  const { width, depth } = config.model;
  const [probe] = probes;
  return {
    width,
    depth,
    networks: (probe?.layers ?? [])
      .filter(({ layer }) => layer === depth)
      .map(({ metrics }) => metrics[METRIC])
      .filter(Number.isFinite),
    chain: reached(predictions.chain),
    sde: reached(predictions.sde),
  };
}

/** `distance (smallest that these sizes reject)`. */
function distance(a, b) {
  if (a.length === 0 || b.length === 0) return '–';
  const { statistic } = ksTwoSample(a, b);
  return `${formatNumber(statistic, 2)} (${formatNumber(ksDetectable(a.length, b.length, ALPHA), 2)})`;
}

function gap(chain, sde) {
  const [c, s] = [moments(chain), moments(sde)];
  const unit = Math.sqrt(s.variance);
  const error = Math.hypot(c.standardError, s.standardError) / unit;
  return `${formatNumber((c.mean - s.mean) / unit, 2)} ± ${formatNumber(error, 1)}`;
}

/** The law of the mean token correlation at the last layer, width by width. */
export function results({ networks, chains }) {
  const all = [...jobsOf(networks), ...jobsOf(chains)]
    .map(samplesOf)
    .sort((a, b) => a.width - b.width);
  const extent = [-0.2, 1];
  const curves = all.flatMap(({ width, networks: own, chain, sde }) =>
    Object.entries({ networks: own, 'exact chain': chain, SDE: sde })
      .filter(([, values]) => values.length > 1)
      .flatMap(([series, values]) => {
        const { x, density } = kde(values, { extent, support: [-1 / 7, 1] });
        return Array.from(x, (at, i) => ({
          panel: `n = ${width}`,
          series,
          at,
          density: density[i],
        }));
      }),
  );
  return {
    text: [
      'Mean correlation between eight tokens at the last layer, at one depth/width of ½. Networks are ' +
        'tfjs networks on real text; the exact chain has their law at any width. Kolmogorov–Smirnov ' +
        `distances, in brackets the smallest that the sample sizes reject at ${100 * ALPHA} %; the gap is ` +
        'that of the means, in standard deviations of the SDE.',
      markdownTable(
        ['n', 'depth', 'networks', 'networks against chain', 'chain against SDE', 'gap'],
        all.map(({ width, depth, networks: own, chain, sde }) => [
          ...[width, depth, own.length || '–', distance(own, chain), distance(chain, sde)],
          gap(chain, sde),
        ]),
      ),
      '[convergence.md](convergence.md) follows the gap to n = 10⁴ with what theory expects of it.',
    ],
    figures: [
      {
        name: 'density',
        title: 'Mean token correlation at the last layer, by width',
        caption: '',
        spec: {
          title: 'Mean token correlation at the last layer, by width',
          data: { values: curves },
          facet: {
            field: 'panel',
            type: 'nominal',
            title: null,
            sort: all.map(({ width }) => `n = ${width}`),
          },
          columns: 3,
          spec: {
            ...PANEL,
            mark: { type: 'line', clip: true },
            encoding: {
              x: {
                field: 'at',
                type: 'quantitative',
                title: 'mean ρ',
                scale: { domain: extent },
                axis: { values: [0, 0.4, 0.8] },
              },
              y: { field: 'density', type: 'quantitative', title: 'density' },
              color: {
                field: 'series',
                type: 'nominal',
                scale: { domain: Object.keys(COLOURS), range: Object.values(COLOURS) },
              },
              strokeDash: {
                field: 'series',
                type: 'nominal',
                scale: {
                  domain: Object.keys(COLOURS),
                  range: [
                    [1, 0],
                    [1.5, 3],
                    [7, 4],
                  ],
                },
              },
            },
          },
        },
      },
    ],
  };
}
