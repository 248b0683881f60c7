import { thin } from '../depth-profile.js';
import { formatNumber } from '../format-number.js';
import { recordsOf, type TrainingRecord } from '../training-records.js';
import type { FigureSpec } from './figure.js';
import { logAxis } from './log-axis.js';
import { BLOCK_COLOURS, INK, MUTED } from './palette.js';
import { MOST_POINTS, PLOT, WHOLE_NUMBERS } from './theme.js';

interface Curve {
  name: string;
  colour: string;
  points: readonly { step: number; value: number }[];
}

interface Look {
  name: string;
  title: string;
  label: string;
  formula: string;
  caption: string;
}

/** How far updates move the weights, in proportion to them: embedding, blocks and head. */
export function updateRatios(records: readonly TrainingRecord[]): FigureSpec | undefined {
  const updates = recordsOf(records, 'update');
  const curve = (name: string, colour: string, of: (own: (typeof updates)[number]) => number) => ({
    ...{ name, colour },
    points: updates.map((own) => ({ step: own.step, value: of(own) })),
  });
  const blocks = (own: (typeof updates)[number]) => own.layers.slice(1);
  return logCurves(
    [
      curve('embedding', MUTED, ({ layers }) => layers[0]),
      curve('blocks, median', BLOCK_COLOURS.shaped, (own) => median(blocks(own))),
      curve('norm and readout', BLOCK_COLOURS.unshaped, ({ head }) => head),
    ],
    {
      name: 'training-update-ratio',
      title: 'Size of the updates during training',
      label: 'update over weight',
      formula: '‖Δw‖/‖w‖',
      caption: 'Frobenius norm of an update over that of the weights that it changes.',
    },
  );
}

/** The largest logit and activation. */
export function largestNumbers(records: readonly TrainingRecord[]): FigureSpec | undefined {
  const own = recordsOf(records, 'extremes');
  return logCurves(
    [
      {
        ...{ name: 'logit', colour: INK },
        points: own.map(({ step, logit }) => ({ step, value: logit })),
      },
      {
        ...{ name: 'residual stream, any layer', colour: BLOCK_COLOURS.shaped },
        points: own.map(({ step, activation }) => ({ step, value: Math.max(...activation) })),
      },
    ],
    {
      name: 'training-extremes',
      title: 'Largest numbers during training',
      label: 'largest absolute value',
      formula: 'max |z|, max |X|',
      caption: 'On the fixed probe windows.',
    },
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Positive curves against step on a logarithmic axis; undefined when there is nothing to draw. */
function logCurves(
  curves: readonly Curve[],
  { name, title, label, formula, caption }: Look,
): FigureSpec | undefined {
  const drawn = curves
    .map((curve) => ({ ...curve, points: curve.points.filter(({ value }) => value > 0) }))
    .filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return undefined;
  const values = drawn.flatMap(({ name: series, points }) =>
    thin(points, MOST_POINTS).map((point) => ({ series, ...point })),
  );
  const { domain, axis } = logAxis(values.map(({ value }) => value));
  const last = drawn.map(({ name: series, points }) => {
    const { step, value } = points[points.length - 1];
    return `${series} ${formatNumber(value)} at step ${step}`;
  });
  return {
    ...{ name, title, formula },
    caption: `${caption} Last: ${last.join('; ')}.`,
    spec: {
      ...PLOT,
      title,
      data: { values },
      mark: { type: 'line', point: { filled: true, size: 26, opacity: 1 } },
      encoding: {
        x: { field: 'step', type: 'quantitative', title: 'optimiser step', axis: WHOLE_NUMBERS },
        y: {
          field: 'value',
          type: 'quantitative',
          title: label,
          scale: { type: 'log', domain, nice: false },
          axis,
        },
        color: {
          field: 'series',
          type: 'nominal',
          scale: {
            domain: drawn.map(({ name: series }) => series),
            range: drawn.map(({ colour }) => colour),
          },
        },
      },
    },
  };
}
