import { formatNumber } from '../../packages/harness/dist/report/format-number.js';
import { markdownTable } from '../../tools/docs/markdown-table.mjs';
import { trainedModel } from '../../packages/harness/dist/config/index.js';
import { BLOCK_COLOURS } from '../../packages/harness/dist/report/figures/palette.js';
import { estimateText } from './estimate.mjs';
import { depthsOf, trainings, unigramLossOf } from './trainings.mjs';

const PANEL = { width: 210, height: 150 };

/** Values of γ and c₋ at the greatest depth from which training.yaml takes the best. */
const SHAPINGS_TRIED = 6;

/** A panel a depth, a line a block kind, of a quantity against step or time. */
function panels(name, title, rows, x, y) {
  const blocks = [...new Set(rows.map(({ block }) => block))];
  return {
    name,
    title,
    caption: '',
    spec: {
      title,
      data: { values: rows },
      facet: { field: 'panel', type: 'nominal', title: null, sort: null },
      columns: 3,
      resolve: { scale: { x: 'independent' } },
      spec: {
        ...PANEL,
        mark: { type: 'line', point: { filled: true, size: 18 } },
        encoding: {
          x: { field: x.field, type: 'quantitative', title: x.title, axis: { tickCount: 4 } },
          y: { field: y.field, type: 'quantitative', title: y.title, scale: { zero: false } },
          color: {
            field: 'block',
            type: 'nominal',
            scale: { domain: blocks, range: blocks.map((block) => BLOCK_COLOURS[block]) },
          },
        },
      },
    },
  };
}

/** The block kind of a training; of a shaped one at the greatest depth also other values of γ and c₋. */
function kindOf({ block, config }, [first]) {
  const { gamma, cMinus } = trainedModel(config);
  const usual = trainedModel(first.config);
  if (block !== 'shaped' || (gamma === usual.gamma && cMinus === usual.cMinus)) return block;
  return `shaped, γ = ${formatNumber(gamma)}, c₋ = ${formatNumber(cMinus)}`;
}

/** Which shaping the networks called shaped have, and where another comes from, in a sentence. */
function shapingNote([first]) {
  const { gamma, cMinus } = trainedModel(first.config);
  return (
    `Networks called shaped have γ = ${formatNumber(gamma)} and c₋ = ${formatNumber(cMinus)}; another shaping, ` +
    `named with its values, was chosen among ${SHAPINGS_TRIED} by the loss of seed 0.`
  );
}

/**
 * What other learning rates, seeds and shapings give at the greatest depth, and by how much the losses of
 * shaped networks exceed Pre-LN's of the same seed.
 */
function deepest(all) {
  const shaped = all.filter(({ block }) => block === 'shaped');
  const { seed, learningRate } = shaped[0];
  const depth = Math.max(...all.map((run) => run.depth));
  const compared = all.filter(
    (run) => run.depth === depth && ['shaped', 'preLN'].includes(run.block),
  );
  const runs = compared.map((run) => ({ ...run, kind: kindOf(run, shaped) }));
  const kinds = [...new Set(runs.map(({ kind }) => kind))].sort((a, b) => b.localeCompare(a));
  const of = (kind) => runs.filter((run) => run.kind === kind);
  const rates = [...new Set(runs.map((run) => run.learningRate))].sort((a, b) => a - b);
  const seedsOf = (kind) => of(kind).filter((run) => run.learningRate === learningRate);
  const excess = (kind) =>
    seedsOf(kind).map(({ seed: own, last }) => {
      const twin = seedsOf('preLN').find((run) => run.seed === own);
      return 100 * (last / twin.last - 1);
    });
  return [
    `At depth ${depth}, by learning rate (seed ${seed}) and over seeds at ${formatNumber(learningRate)}, mean ± standard error:`,
    markdownTable(
      [
        'blocks',
        ...rates.map((rate) => `rate ${formatNumber(rate)}`),
        'over seeds',
        'above Pre-LN, %',
      ],
      kinds.map((kind) => [
        kind,
        ...rates.map((rate) => {
          const run = of(kind).find((own) => own.learningRate === rate && own.seed === seed);
          return formatNumber(run?.last, 4);
        }),
        estimateText(seedsOf(kind).map(({ last }) => last)),
        kind === 'preLN' ? '' : estimateText(excess(kind)),
      ]),
    ),
    shapingNote(shaped),
  ];
}

/** Loss against step and against time, and ρ of the last layer, by block kind and depth. */
export function results({ blocks, rates, seeds, shaping }) {
  const runs = trainings(blocks);
  const depths = depthsOf(runs);
  const kinds = [...new Set(runs.map(({ block }) => block))];
  const panel = ({ depth }) => `depth ${depth}`;
  const losses = runs.flatMap((run) =>
    run.validation.map(({ step, loss, minutes }) => ({
      ...{ panel: panel(run), block: run.block, step, loss, minutes },
    })),
  );
  const correlations = runs.flatMap((run) =>
    run.layers
      .filter(({ layer }) => layer === run.depth)
      .map(({ step, metrics }) => ({
        ...{ panel: panel(run), block: run.block, step, rho: metrics.correlationMean },
      })),
  );
  const at = (block, depth) => runs.find((run) => run.block === block && run.depth === depth);
  const step = { field: 'step', title: 'step' };
  const loss = { field: 'loss', title: 'validation loss (nats)' };
  const { steps, batch, tokens, width, optimizer } = runs[0];
  return {
    text: [
      `Width ${width}, ${tokens} bytes of context, batch ${batch}, ${steps} steps (${optimizer}), one seed. ` +
        `Validation loss in nats a byte after the last step, – where the training diverged; byte ` +
        `frequencies alone give ${formatNumber(unigramLossOf(runs))}.`,
      markdownTable(
        ['blocks', 'learning rate', ...depths.map((depth) => `depth ${depth}`)],
        kinds.map((block) => [
          block,
          formatNumber(at(block, depths[0]).learningRate),
          ...depths.map((depth) => formatNumber(at(block, depth).last, 4)),
        ]),
      ),
      ...deepest([...runs, ...[rates, seeds, shaping].flatMap(trainings)]),
    ],
    figures: [
      panels('loss-step', 'Validation loss against step', losses, step, loss),
      panels(
        'loss-time',
        'Validation loss against time',
        losses,
        { field: 'minutes', title: 'minutes' },
        loss,
      ),
      panels(
        'rho-step',
        'Mean token correlation at the last layer during training',
        correlations,
        step,
        {
          field: 'rho',
          title: 'mean ρ',
        },
      ),
    ],
  };
}
