import type { BlockKind } from '@shaped/sde';
import { thin } from '../depth-profile.js';
import { formatNumber } from '../format-number.js';
import { recordsOf, type TrainingRecord } from '../training-records.js';
import type { FigureSpec } from './figure.js';
import { BLOCK_COLOURS, INK } from './palette.js';
import { MOST_POINTS, PLOT, WHOLE_NUMBERS } from './theme.js';

/** Loss against step: the training batches and, with marks, the validation text. */
export function trainingLoss(
  records: readonly TrainingRecord[],
  block: BlockKind,
): FigureSpec | undefined {
  const finite = ({ loss }: { loss: number }) => Number.isFinite(loss);
  const train = recordsOf(records, 'train').filter(finite);
  const validation = recordsOf(records, 'validation').filter(finite);
  if (train.length + validation.length === 0) return undefined;
  const series = [
    ...(train.length > 0 ? ['training batch'] : []),
    ...(validation.length > 0 ? ['validation'] : []),
  ];
  const look: Record<string, string> = { 'training batch': BLOCK_COLOURS[block], validation: INK };
  const color = {
    type: 'nominal',
    field: 'series',
    scale: { domain: series, range: series.map((own) => look[own]) },
  } as const;
  const x = {
    field: 'step',
    type: 'quantitative',
    title: 'optimiser step',
    axis: WHOLE_NUMBERS,
  } as const;
  const y = {
    field: 'loss',
    type: 'quantitative',
    title: 'cross-entropy loss (nats a token)',
    scale: { zero: false },
  } as const;
  const of = (name: string, own: readonly { step: number; loss: number }[]) =>
    thin(own, MOST_POINTS).map(({ step, loss }) => ({ series: name, step, loss }));
  const [first] = train.length > 0 ? train : validation;
  const last = (validation.length > 0 ? validation : train).at(-1) ?? first;
  return {
    name: 'training-loss',
    title: 'Loss during training',
    caption: `Cross-entropy of the tokens to be told. First: ${formatNumber(first.loss)} at step ${first.step}; last ${validation.length > 0 ? 'validation loss' : 'loss'}: ${formatNumber(last.loss)} at step ${last.step}.`,
    formula: '−mean ln p(token)',
    spec: {
      ...PLOT,
      title: 'Loss during training',
      encoding: { x, y, color },
      layer: [
        {
          data: { values: of('training batch', train) },
          mark: { type: 'line', strokeWidth: 1.4 },
        },
        {
          data: { values: of('validation', validation) },
          mark: { type: 'line', point: { filled: true, size: 36, opacity: 1 } },
        },
      ],
    },
  };
}
