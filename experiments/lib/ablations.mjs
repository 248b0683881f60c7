import { BLOCK_COLOURS } from '../../packages/harness/dist/report/figures/palette.js';
import { formatNumber } from '../../packages/harness/dist/report/format-number.js';
import { markdownTable } from '../../tools/docs/markdown-table.mjs';
import { holm, tTest } from '../../packages/sde/dist/index.js';
import { estimateText } from './estimate.mjs';
import { depthsOf, trainings, unigramLossOf } from './trainings.mjs';

const PANEL = { width: 300, height: 200 };
const SHAPED = 'shaped';

/** Level of the comparisons with full shaping at one depth, Holm over them. */
const ALPHA = 0.01;

/** What a training lacks. */
function variantOf({ config }) {
  const { centring, identity, activation, trainGains } = config.train.model;
  if (centring === false) return 'no centring';
  if (identity === false) return 'no identity';
  if (activation === 'relu') return 'plain ReLU';
  return trainGains ? SHAPED : 'frozen gains';
}

/** A metric of the last layer before or after training, for every seed. */
function lastLayer(runs, metric, end) {
  return runs.map(({ layers, depth, steps }) => {
    const wanted = end === 'first' ? 0 : steps;
    const record = layers.find(({ layer, step }) => layer === depth && step === wanted);
    return record?.metrics[metric] ?? NaN;
  });
}

/** A variant, and how many of its trainings have no loss after the last step because they diverged. */
function label(variant, own) {
  const diverged = own.filter(({ last }) => !Number.isFinite(last)).length;
  return diverged === 0 ? variant : `${variant} (${diverged} of ${own.length} diverged)`;
}

/** Loss above that of the shaped network of the same seed, which has the same batches. */
function excessOf(own, shaped) {
  return own.map(({ seed, last }) => last - shaped.find((run) => run.seed === seed).last);
}

/**
 * Which variants end at another loss than full shaping, by t tests of the differences of equal seeds, in
 * a sentence.
 */
function verdict(depth, compared) {
  const tests = compared.map(([, excess]) => tTest(excess));
  const adjusted = holm(tests.map(({ pValue }) => pValue));
  const told = (i) => adjusted[i] <= ALPHA;
  const differ = compared.flatMap(([variant], i) => {
    const { effect } = tests[i];
    const size = formatNumber(Math.abs(effect), 2);
    return told(i) ? [`${variant} (${size} ${effect > 0 ? 'above' : 'below'})`] : [];
  });
  const same = compared.flatMap(([variant], i) => (told(i) ? [] : [variant]));
  return (
    `At depth ${depth} the loss differs from that of full shaping (t tests of equal seeds, Holm, level ` +
    `${formatNumber(ALPHA)}) with ${differ.length === 0 ? 'none of them' : differ.join(', ')}` +
    `${same.length === 0 ? '' : `; no difference is shown for ${same.join(', ')}`}.`
  );
}

/** Loss against step, and ρ and rank of the last layer before and after training, by what is left out. */
export function results({ parts }) {
  const runs = trainings(parts).map((run) => ({ ...run, variant: variantOf(run) }));
  const depths = depthsOf(runs);
  const variants = [...new Set([SHAPED, ...runs.map(({ variant }) => variant)])];
  const seeds = new Set(runs.map(({ seed }) => seed)).size;
  const at = (variant, depth) =>
    runs.filter((run) => run.variant === variant && run.depth === depth);
  const losses = runs.flatMap(({ variant, depth, seed, validation }) =>
    validation.map(({ step, loss }) => ({ panel: `depth ${depth}`, variant, seed, step, loss })),
  );
  const rows = depths.flatMap((depth) =>
    variants.map((variant) => {
      const own = at(variant, depth);
      const excess = variant === SHAPED ? '' : estimateText(excessOf(own, at(SHAPED, depth)));
      return [
        ...(depths.length > 1 ? [depth] : []),
        ...[label(variant, own), estimateText(own.map(({ last }) => last)), excess],
        ...['correlationMean', 'effectiveRank'].map((metric) =>
          ['first', 'last'].map((end) => estimateText(lastLayer(own, metric, end))).join(' → '),
        ),
      ];
    }),
  );
  const verdicts = depths.flatMap((depth) => {
    const compared = variants
      .filter((variant) => variant !== SHAPED)
      .map((variant) => [variant, excessOf(at(variant, depth), at(SHAPED, depth))])
      // A mean over the trainings that happened to end says nothing of a variant that diverges.
      .filter(([, excess]) => excess.length > 1 && excess.every(Number.isFinite));
    return compared.length === 0 ? [] : [verdict(depth, compared)];
  });
  const { steps, batch, tokens, width, optimizer, learningRate } = runs[0];
  return {
    text: [
      `Width ${width}, ${depths.length === 1 ? `depth ${depths[0]}, ` : ''}${tokens} bytes of context, batch ` +
        `${batch}, ${steps} steps (${optimizer}, learning rate ${formatNumber(learningRate)}), ${seeds} ` +
        `${seeds === 1 ? 'seed' : 'seeds, mean ± standard error'}. Validation loss in nats a byte after the last ` +
        `step, and what it is above that of full shaping at the same seed; byte frequencies alone give ` +
        `${formatNumber(unigramLossOf(runs))}. ρ and effective rank (at most ${tokens}) of the last layer, before → ` +
        'after training.',
      markdownTable(
        [
          ...(depths.length > 1 ? ['depth'] : []),
          ...['network', 'loss', 'above shaped', 'mean ρ', 'effective rank'],
        ],
        rows,
      ),
      ...verdicts,
    ],
    figures: [
      {
        name: 'loss-step',
        title: 'Validation loss against step, by what is left out of shaping',
        caption: '',
        spec: {
          title: 'Validation loss against step',
          data: { values: losses },
          facet: { field: 'panel', type: 'nominal', title: null, sort: null },
          columns: 2,
          spec: {
            ...PANEL,
            mark: { type: 'line', point: { filled: true, size: 14 } },
            encoding: {
              x: { field: 'step', type: 'quantitative', title: 'step', axis: { tickCount: 4 } },
              y: {
                field: 'loss',
                type: 'quantitative',
                title: 'validation loss (nats)',
                scale: { zero: false },
              },
              detail: { field: 'seed' },
              color: {
                field: 'variant',
                type: 'nominal',
                title: null,
                scale: { domain: variants, range: Object.values(BLOCK_COLOURS) },
              },
            },
          },
        },
      },
    ],
  };
}
