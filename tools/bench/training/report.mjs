import { format, resolveConfig } from 'prettier';
import { cadenceOf } from '../../../packages/harness/dist/train/cadence.js';
import { markdownTable } from '../../docs/markdown-table.mjs';
import { THREADS } from '../lib/peer-process.mjs';
import { duration } from '../lib/rows.mjs';
import { COMPILE_TARGET } from './sizes.mjs';

/** The cells of one row: work, ours, the other, measured, target, verdict. */
export function rowOf(result) {
  const { ratio, lowest, highest, oursSeconds, peerSeconds, target, memory, met } = result;
  const range = lowest === undefined ? '' : ` (${digits(lowest)} to ${digits(highest)})`;
  const bytes = memory && `; memory ${digits(memory.ratio)}`;
  return [
    titleOf(result),
    duration(oursSeconds),
    duration(peerSeconds),
    `${digits(ratio)}${range}${bytes ?? ''}`,
    `≤ ${target}${memory ? `; memory ≤ ${result.memoryTarget}` : ''}`,
    met ? 'met' : 'missed',
  ];
}

function titleOf({ kind, backend, model, attention, steps }) {
  const sizes = ({ batch, tokens, width }) => `B ${batch}, T ${tokens}, D ${width}`;
  switch (kind) {
    case 'step':
      return `Training step, ${model.depth} layers, ${sizes(model)}, ${backend} against PyTorch`;
    case 'attention':
      return `Attention, forward and backward, ${sizes(attention)}, H ${attention.heads}, ${backend} against PyTorch`;
    case 'shaping':
      return `The same, shaped against plain softmax in ${backend}`;
    default:
      return `Training step, ${model.depth} layers, ${sizes(model)}, of ${steps} with all metrics at the default cadence against without`;
  }
}

/** docs/benchmarks-training.md: the machine, the table, the losses and the first steps. */
export async function report(results, machine, path) {
  const steps = results.filter(({ kind }) => kind === 'step');
  const metrics = results.find(({ kind }) => kind === 'metrics');
  const text = [
    '# Benchmarks of training',
    'Written by `npx nx run harness:bench`; `npx nx run harness:bench -- --check` measures again ' +
      'and fails where a target is missed.',
    markdownTable(['work', 'ours', 'other', 'ratio', 'target', ''], results.map(rowOf)),
    `Medians of ${results[0].rounds} rounds (shaped against plain: sixteen times as many) after one that ` +
      'is not counted. A round runs both sides in turn, after a rest in which the threads of the other ' +
      'fall asleep; the ratio is that of the medians, and in brackets stand the smallest and ' +
      'largest ratio of a round. A ratio below 1 means that ours is faster.',
    `PyTorch runs eagerly on ${THREADS} threads, at its best: scaled_dot_product_attention, fused ` +
      'Adam, one matrix product for the readout with its bias.',
    metricsText(metrics),
    'The memory of attention is the peak that forward and backward passes add to their process, the ' +
      'first of them op by op: medians over seven processes of either kind.',
    '## Machine and versions',
    markdownTable(['', ''], machine),
    '## The same training, and the first step',
    'Before the clock starts both sides train from the same weights on the same batches; the losses ' +
      'must agree. The slowest of the first steps is the one that prepares the graph; it may take ' +
      `${COMPILE_TARGET} s.`,
    markdownTable(
      ['layers', 'D', 'backend', 'largest relative difference of a loss', 'slowest first step'],
      steps.map(({ model, backend, difference, compileSeconds }) => [
        String(model.depth),
        String(model.width),
        backend,
        difference.toExponential(1),
        duration(compileSeconds),
      ]),
    ),
  ].join('\n\n');
  return format(text, { ...(await resolveConfig(path)), parser: 'markdown' });
}

/** What a measurement costs, and what the validation loss adds. */
function metricsText({ layersSeconds, ratiosSeconds, lossSeconds, withLoss }) {
  const least = cadenceOf({ steps: 1 });
  const trainings = withLoss.map(
    ({ steps, ratio }) =>
      `${digits(ratio)} of its time in a training of ${steps.toLocaleString('en')} steps`,
  );
  return (
    `A measurement of all layers and extremes takes ${duration(layersSeconds)}, update ratios add ` +
    `${duration(ratiosSeconds)} to a step, and the validation loss takes ${duration(lossSeconds)}. By default ` +
    `a training is measured ten times, the layers at most every ${least.metricsEvery} steps, the loss every ${least.evaluateEvery}. With the ` +
    `validation loss a step takes ${trainings.join(', ')}.`
  );
}

const digits = (ratio) => ratio.toFixed(2);
