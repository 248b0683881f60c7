import { formatNumber } from '../../packages/harness/dist/report/format-number.js';
import { thin } from '../../packages/harness/dist/report/depth-profile.js';
import { markdownTable } from '../../tools/docs/markdown-table.mjs';
import { estimateText } from './estimate.mjs';
import { trainings } from './trainings.mjs';

const PANEL = { width: 250, height: 160 };
const GAINS = { gamma1: 'γ₁, identity', gamma2: 'γ₂, centring' };

/** Layers drawn at most of a network, the first and the last among them. */
const MOST_LAYERS = 7;

/** The part of the colour scheme that shows on a light and on a dark page. */
const SCHEME_PART = [0.25, 0.9];

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** First to last layer of each third of a depth; of the whole where there are fewer layers. */
function thirdsOf(depth) {
  const ends = [1, 2, 3].map((third) => Math.round((third * depth) / 3));
  return ends.map((end, i) => [i === 0 ? 1 : ends[i - 1] + 1, end]).filter(([a, b]) => a <= b);
}

/** The values of a gain in some layers at a step, all heads together. */
function valuesAt({ layers }, gain, [from, to], step) {
  return layers
    .filter((record) => record.step === step && record.layer >= from && record.layer <= to)
    .flatMap((record) => record[gain]);
}

/** A row of the table: a third of the layers of a depth. */
function rowOf(runs, depth, layers) {
  const { steps } = runs[0];
  const cells = Object.keys(GAINS).flatMap((gain) => {
    const ends = runs
      .map((run) => valuesAt(run, gain, layers, steps))
      .filter((all) => all.length > 0);
    const starts = runs.map((run) => valuesAt(run, gain, layers, 0));
    const all = ends.flat();
    return [
      [starts, ends].map((each) => estimateText(each.map(mean))).join(' → '),
      all.length === 0
        ? '—'
        : `${formatNumber(Math.min(...all))} to ${formatNumber(Math.max(...all))}`,
    ];
  });
  return [depth, layers[0] === layers[1] ? layers[0] : layers.join('–'), ...cells];
}

/** The gains of the layers against step, mean over heads and seeds. */
function curvesOf(runs, depth) {
  const shown = thin(
    Array.from({ length: depth }, (_, i) => i + 1),
    MOST_LAYERS,
  );
  const steps = [...new Set(runs.flatMap(({ layers }) => layers.map(({ step }) => step)))];
  return Object.entries(GAINS).flatMap(([gain, title]) =>
    shown.flatMap((layer) =>
      steps.flatMap((step) => {
        const values = runs.flatMap((run) => valuesAt(run, gain, [layer, layer], step));
        if (values.length === 0) return [];
        const place = { gain: title, panel: `depth ${depth}`, layer, height: layer / depth };
        return [{ ...place, step, value: mean(values) }];
      }),
    ),
  );
}

/** How far the gains of a depth end from 1 in the mean over all layers, in a sentence. */
function summary(runs, depth) {
  const parts = Object.entries(GAINS).map(([gain, title]) => {
    const ends = runs.map((run) => valuesAt(run, gain, [1, depth], run.steps));
    const own = ends.filter((all) => all.length > 0).map(mean);
    return `${title}, ${estimateText(own)}`;
  });
  return `Over all layers of depth ${depth} they end at ${parts.join('; ')}.`;
}

/** What γ1 and γ2 do during training, by depth and layer. */
export function results({ depths: directory }) {
  const all = trainings(directory);
  const depths = [...new Set(all.map(({ depth }) => depth))].sort((a, b) => a - b);
  const of = (depth) => all.filter((run) => run.depth === depth);
  const seeds = new Set(all.map(({ seed }) => seed)).size;
  const { steps, batch, tokens, width, heads, optimizer, learningRate } = all[0];
  const losses = depths.map(
    (depth) => `${estimateText(of(depth).map(({ last }) => last))} at depth ${depth}`,
  );
  return {
    text: [
      `Shaped blocks of width ${width} with ${heads} heads, ${tokens} bytes of context, batch ${batch}, ${steps} steps ` +
        `(${optimizer}, learning rate ${formatNumber(learningRate)}), ${seeds} ${seeds === 1 ? 'seed' : 'seeds, mean ± standard error'}. ` +
        `Every head has a γ₁ and a γ₂ of its own and nothing else that trains beside its projections: the ` +
        `temperature is fixed. Means over heads and layers, before → after training, and the least and largest ` +
        `of all heads after it. The validation loss ends at ${losses.join(', ')}.`,
      markdownTable(
        ['depth', 'layers', 'γ₁', 'γ₁ of a head', 'γ₂', 'γ₂ of a head'],
        depths.flatMap((depth) => thirdsOf(depth).map((third) => rowOf(of(depth), depth, third))),
      ),
      depths.map((depth) => summary(of(depth), depth)).join(' '),
    ],
    figures: [
      {
        name: 'step',
        title: 'Gains of identity and centring against step, by layer',
        caption: '',
        spec: {
          title: 'Gains against step, mean over heads and seeds',
          data: { values: depths.flatMap((depth) => curvesOf(of(depth), depth)) },
          facet: {
            row: { field: 'gain', type: 'nominal', title: null, sort: Object.values(GAINS) },
            column: {
              field: 'panel',
              type: 'nominal',
              title: null,
              sort: depths.map((depth) => `depth ${depth}`),
            },
          },
          spec: {
            ...PANEL,
            mark: { type: 'line' },
            encoding: {
              x: { field: 'step', type: 'quantitative', title: 'step', axis: { tickCount: 4 } },
              y: { field: 'value', type: 'quantitative', title: 'gain', scale: { zero: false } },
              detail: { field: 'layer' },
              color: {
                field: 'height',
                type: 'quantitative',
                title: 'layer / depth',
                scale: { domain: [0, 1], scheme: { name: 'viridis', extent: SCHEME_PART } },
              },
            },
          },
        },
      },
    ],
  };
}
