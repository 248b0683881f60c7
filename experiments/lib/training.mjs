import { formatNumber } from '../../packages/harness/dist/report/format-number.js';
import { markdownTable } from '../../tools/docs/markdown-table.mjs';
import { BLOCK_COLOURS } from '../../packages/harness/dist/report/figures/palette.js';
import { estimateText } from './estimate.mjs';
import { trainings } from './trainings.mjs';

const PANEL = { width: 210, height: 150 };

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

/** Kinds that are compared at the greatest depth. */
const COMPARED = ['shaped', 'preLN'];

/**
 * What other learning rates and seeds give at the greatest depth, and by how much the shaped network's loss
 * differs from Pre-LN's: at equal seeds, and each at its best rate.
 */
function deepest(all) {
  const { seed, learningRate } = all.find(({ block }) => block === COMPARED[0]);
  const depth = Math.max(...all.map((run) => run.depth));
  const of = (block) => all.filter((run) => run.block === block && run.depth === depth);
  const rates = [...new Set(of(COMPARED[0]).map((run) => run.learningRate))].sort((a, b) => a - b);
  const bySeed = (block) => of(block).filter((run) => run.learningRate === learningRate);
  const byRate = (block) => of(block).filter((run) => run.seed === seed);
  const excess = bySeed('shaped').map(({ seed: own, last }) => {
    const twin = bySeed('preLN').find((run) => run.seed === own);
    return 100 * (last / twin.last - 1);
  });
  const best = COMPARED.map((block) =>
    Math.min(...byRate(block).map(({ last }) => (Number.isFinite(last) ? last : Infinity))),
  );
  return [
    `At depth ${depth}, by learning rate (seed ${seed}) and over ${excess.length} seeds at ${formatNumber(learningRate)}:`,
    markdownTable(
      ['blocks', ...rates.map((rate) => `rate ${formatNumber(rate)}`), 'mean over seeds'],
      COMPARED.map((block) => [
        block,
        ...rates.map((rate) => {
          const run = byRate(block).find((own) => own.learningRate === rate);
          return formatNumber(run?.last, 4);
        }),
        estimateText(bySeed(block).map(({ last }) => last)),
      ]),
    ),
    `The shaped network’s loss exceeds Pre-LN’s of the same seed by ${estimateText(excess)} %, and by ` +
      `${formatNumber(100 * (best[0] / best[1] - 1), 2)} % where each has its best rate.`,
  ];
}

/** Loss against step and against time, and ρ of the last layer, by block kind and depth. */
export function results({ blocks, rates, seeds }) {
  const runs = trainings(blocks);
  const depths = [...new Set(runs.map(({ depth }) => depth))].sort((a, b) => a - b);
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
  const { unigramLoss } = runs.find((run) => Number.isFinite(run.unigramLoss)) ?? runs[0];
  return {
    text: [
      `Width ${width}, ${tokens} bytes of context, batch ${batch}, ${steps} steps (${optimizer}), one seed. ` +
        `Validation loss in nats a byte after the last step, – where the training diverged; byte ` +
        `frequencies alone give ${formatNumber(unigramLoss)}.`,
      markdownTable(
        ['blocks', 'learning rate', ...depths.map((depth) => `depth ${depth}`)],
        kinds.map((block) => [
          block,
          formatNumber(at(block, depths[0]).learningRate),
          ...depths.map((depth) => formatNumber(at(block, depth).last, 4)),
        ]),
      ),
      ...deepest([...runs, ...trainings(rates), ...trainings(seeds)]),
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
