import { metricDefinition } from '../../metrics/index.js';
import type { Band } from '../../predict/index.js';
import { thin } from '../depth-profile.js';
import { formatNumber } from '../format-number.js';
import { recordsOf, type TrainingRecord } from '../training-records.js';
import type { FigureSpec } from './figure.js';
import { capitalized } from './metric-label.js';
import { BLOCK_COLOURS, CHAIN_COLOUR } from './palette.js';
import { MOST_POINTS, WHOLE_NUMBERS } from './theme.js';

/** Panels at most, one a layer, evenly spread over the depth. */
const MOST_LAYERS = 8;
const COLUMNS = 4;
const PANEL = { width: 205, height: 130 } as const;

const METRIC = 'correlationMean';

/** ρ of evenly spread layers against step, each in the band that theory gave it before training. */
export function trainingBand(
  records: readonly TrainingRecord[],
  bands: readonly Band[] = [],
): FigureSpec | undefined {
  const byLayer = new Map(
    bands.filter(({ metric }) => metric === METRIC).map((band) => [band.layer, band]),
  );
  const curves = [...byLayer.keys()]
    .map((layer) =>
      recordsOf(records, 'layer').flatMap(({ step, layer: own, metrics }) => {
        const value = metrics[METRIC];
        return own === layer && value != null ? [{ layer, step, value }] : [];
      }),
    )
    .filter((own) => own.length > 0);
  if (curves.length === 0) return undefined;
  const shown = thin(curves, MOST_LAYERS);
  const ends = shown.map((own) => {
    const { layer, q05, q50, q95 } = byLayer.get(own[0].layer)!;
    return { layer, q05, q50, q95 };
  });
  const departed = recordsOf(records, 'departure');
  const title = `${capitalized(metricDefinition(METRIC).title)} in the band of initialisation`;
  const y = { type: 'quantitative', title: 'mean ρ', scale: { zero: false } } as const;
  return {
    name: 'training-band',
    title,
    caption: `Lines: the network while it trains. Shaded: the 5 % to 95 % quantiles that theory gives ρ at that layer before training, dashed its median. ${departureSentence(departed, curves.length)}`,
    formula: metricDefinition(METRIC).formula,
    wide: true,
    spec: {
      title,
      data: {
        values: shown.flatMap((own, i) =>
          thin(own, MOST_POINTS).map((row) => ({ ...row, ...ends[i], name: `layer ${row.layer}` })),
        ),
      },
      facet: {
        field: 'name',
        type: 'nominal',
        title: null,
        sort: ends.map(({ layer }) => `layer ${layer}`),
      },
      columns: COLUMNS,
      spec: {
        ...PANEL,
        encoding: {
          x: { field: 'step', type: 'quantitative', title: 'optimiser step', axis: WHOLE_NUMBERS },
        },
        layer: [
          {
            mark: { type: 'area', color: CHAIN_COLOUR, opacity: 0.16 },
            encoding: { y: { field: 'q05', ...y }, y2: { field: 'q95' } },
          },
          {
            mark: { type: 'line', color: CHAIN_COLOUR, strokeWidth: 1.2, strokeDash: [4, 3] },
            encoding: { y: { field: 'q50', ...y } },
          },
          {
            mark: {
              type: 'line',
              color: BLOCK_COLOURS.shaped,
              point: { filled: true, size: 22, opacity: 1, color: BLOCK_COLOURS.shaped },
            },
            encoding: { y: { field: 'value', ...y } },
          },
        ],
      },
    },
  };
}

function departureSentence(
  departed: readonly { layer: number; step: number; value: number }[],
  layers: number,
): string {
  if (departed.length === 0) return `None of ${layers} layers left its band.`;
  const first = departed.reduce((a, b) => (b.step < a.step ? b : a));
  const last = departed.reduce((a, b) => (b.step > a.step ? b : a));
  const when = (own: typeof first) =>
    `layer ${own.layer} at step ${own.step} with ρ = ${formatNumber(own.value)}`;
  const tail = departed.length === 1 ? '' : `, last ${when(last)}`;
  return `${departed.length} of ${layers} layers left their band: first ${when(first)}${tail}.`;
}
