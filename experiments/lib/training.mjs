import { formatNumber } from '../../packages/harness/dist/report/format-number.js';
import { markdownTable } from '../../tools/docs/markdown-table.mjs';
import { BLOCK_COLOURS } from '../../packages/harness/dist/report/figures/palette.js';
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

/** Loss against step and against time, and ρ of the last layer, by block kind and depth. */
export function results({ blocks }) {
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
  const deepest = depths[depths.length - 1];
  const [shaped, preLN] = [at('shaped', deepest), at('preLN', deepest)];
  const excess = (100 * (shaped.last - preLN.last)) / preLN.last;
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
      `At depth ${deepest} the shaped network’s loss is ${formatNumber(Math.abs(excess), 2)} % ` +
        `${excess > 0 ? 'above' : 'below'} Pre-LN’s.`,
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
