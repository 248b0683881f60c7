import { isMetricName, metricDefinition } from '../../metrics/index.js';
import { thin } from '../depth-profile.js';
import { formatNumber } from '../format-number.js';
import { recordsOf, type LayerStep, type TrainingRecord } from '../training-records.js';
import type { FigureSpec } from './figure.js';
import { capitalized, metricLabel } from './metric-label.js';
import { MOST_POINTS, PLOT, WHOLE_NUMBERS } from './theme.js';

/** Layers drawn at most, evenly spread: more lines than this cannot be told apart. */
const MOST_LAYERS = 7;

/** The part of the colour scheme that shows on a light and on a dark page. */
const SCHEME_PART = [0.25, 0.9] as const;

/** Something known of a layer at a step. */
export interface LayerCurve {
  name: string;
  title: string;
  label: string;
  formula?: string;
  /** One number, or one a head, which has a line of its own. */
  value: (record: LayerStep) => number | readonly number[] | null | undefined;
}

/** A metric of the layers as a curve. */
export function metricCurve(metric: string): LayerCurve {
  const { title, formula } = metricDefinition(metric);
  return {
    name: `training-${metric}`,
    title: `${capitalized(title)} during training`,
    label: metricLabel(metric),
    formula,
    value: ({ metrics }) => (isMetricName(metric) ? metrics[metric] : undefined),
  };
}

/** A gain of shaped attention as curves, one a head. */
export function gainCurve(gain: 'gamma1' | 'gamma2'): LayerCurve {
  const letter = gain === 'gamma1' ? 'γ₁' : 'γ₂';
  const term = gain === 'gamma1' ? 'identity' : 'centring';
  return {
    name: `training-${gain}`,
    title: `Gain ${letter} of the ${term} term during training`,
    label: `${letter}, a line a head`,
    formula: 'A = γ₁ I + softmax(Y/τ) − γ₂ C̄',
    value: ({ [gain]: values }) => values,
  };
}

/** A quantity of evenly spread layers against step, a colour a layer; undefined when there is none. */
export function trainingLayers(
  records: readonly TrainingRecord[],
  { name, title, label, formula, value }: LayerCurve,
): FigureSpec | undefined {
  const rows = recordsOf(records, 'layer').flatMap((record) => {
    const own = [value(record) ?? []].flat();
    return own.flatMap((each, head) =>
      Number.isFinite(each) ? [{ layer: record.layer, step: record.step, head, value: each }] : [],
    );
  });
  if (rows.length === 0) return undefined;
  const present = [...new Set(rows.map(({ layer }) => layer))].sort((a, b) => a - b);
  const layers = thin(present, MOST_LAYERS);
  const heads = [...new Set(rows.map(({ head }) => head))];
  const curves = layers.flatMap((layer) =>
    heads.map((head) =>
      thin(
        rows.filter((row) => row.layer === layer && row.head === head),
        MOST_POINTS,
      ),
    ),
  );
  const deepest = rows.filter(({ layer }) => layer === layers[layers.length - 1]);
  const at = (step: number) => {
    const values = deepest.filter((row) => row.step === step).map((row) => row.value);
    const [low, high] = [Math.min(...values), Math.max(...values)].map((value) =>
      formatNumber(value),
    );
    return `${low === high ? low : `${low} to ${high}`} at step ${step}`;
  };
  const [first, last] = [deepest[0], deepest[deepest.length - 1]];
  return {
    name,
    title,
    caption: `${layers.length} of ${present.length} layers. Layer ${first.layer}: ${at(first.step)}, ${at(last.step)}.`,
    formula,
    spec: {
      ...PLOT,
      title,
      data: { values: curves.flat() },
      mark: { type: 'line', point: { filled: true, size: 26, opacity: 1 } },
      encoding: {
        x: { field: 'step', type: 'quantitative', title: 'optimiser step', axis: WHOLE_NUMBERS },
        y: { field: 'value', type: 'quantitative', title: label, scale: { zero: false } },
        ...(heads.length > 1 ? { detail: { field: 'head' } } : {}),
        color: {
          field: 'layer',
          type: 'ordinal',
          sort: layers,
          scale: { scheme: { name: 'viridis', extent: [...SCHEME_PART] } },
          legend: { title: 'layer ℓ', symbolType: 'stroke' },
        },
      },
    },
  };
}
