import type { BlockKind } from '@shaped/sde';
import { metricDefinition } from '../../metrics/index.js';
import type { Band } from '../../predict/index.js';
import { depthProfile, thin, type DepthPoint, type LayerValue } from '../depth-profile.js';
import { formatNumber } from '../format-number.js';
import type { FigureSpec } from './figure.js';
import { logAxis } from './log-axis.js';
import { capitalized, metricLabel } from './metric-label.js';
import { BLOCK_COLOURS, CHAIN_COLOUR, SDE_COLOUR } from './palette.js';
import { MOST_POINTS, PLOT, LAYER_AXIS } from './theme.js';

/** One ensemble of networks and its values of the metric at every layer. */
export interface DepthEnsemble {
  block: BlockKind;
  values: LayerValue[];
}

export interface MetricDepthData {
  metric: string;
  ensembles: readonly DepthEnsemble[];
  /** Bands of the theory, of this metric or of any. */
  sde?: readonly Band[];
  chain?: readonly Band[];
  /** What the lines show: the mean of what is bounded, the median of what has a heavy tail. */
  centre: 'mean' | 'median';
  scale?: 'linear' | 'log';
}

interface Row {
  layer: number;
  series: string;
  colour: string;
  centre: number;
  low: number;
  high: number;
}

const SDE = 'SDE';
const CHAIN = 'exact chain';
const THEORY_COLOURS: Record<string, string> = { [SDE]: SDE_COLOUR, [CHAIN]: CHAIN_COLOUR };
const THEORY_DASHES: Record<string, number[]> = { [SDE]: [7, 4], [CHAIN]: [1.5, 3] };
const SOLID = [1, 0];

function colourOf(series: string): string {
  return THEORY_COLOURS[series] ?? BLOCK_COLOURS[series as BlockKind];
}

/** The part of a curve that an axis can show. */
function rows(
  series: string,
  points: readonly DepthPoint[],
  { centre, scale }: Pick<MetricDepthData, 'centre' | 'scale'>,
): Row[] {
  const shown = points
    .map(({ layer, low, high, ...own }) => {
      return { layer, series, colour: colourOf(series), centre: own[centre], low, high };
    })
    .filter(({ low }) => scale !== 'log' || low > 0);
  return thin(shown, MOST_POINTS);
}

function bandPoints(bands: readonly Band[] | undefined, metric: string): DepthPoint[] {
  return (bands ?? [])
    .filter((band) => (band.metric as string) === metric)
    .map(({ layer, mean, q05, q50, q95, count }) => ({
      layer,
      mean,
      median: q50,
      low: q05,
      high: q95,
      count,
    }));
}

/** What the curves say at their last layers. */
function endings(curves: readonly Row[][]): string {
  const last = curves.map((own) => own[own.length - 1]);
  const text = ({ series, centre, low, high }: Row) =>
    `${series} ${formatNumber(centre)} (${formatNumber(low)} to ${formatNumber(high)})`;
  return last.every(({ layer }) => layer === last[0].layer)
    ? `At layer ${last[0].layer}: ${last.map(text).join('; ')}.`
    : `At the end: ${last.map((row) => `${text(row)} at layer ${row.layer}`).join('; ')}.`;
}

/**
 * A metric against depth: each block kind's networks with the band of their 5 % to 95 % quantiles,
 * and the theory's; undefined when there is nothing to draw.
 */
export function metricDepth(name: string, data: MetricDepthData): FigureSpec | undefined {
  const { metric, ensembles, centre, scale } = data;
  const { title, formula, axis } = metricDefinition(metric);
  const networks = ensembles
    .map(({ block, values }) => rows(block, depthProfile(values), data))
    .filter((own) => own.length > 0);
  const theories = [
    rows(SDE, bandPoints(data.sde, metric), data),
    rows(CHAIN, bandPoints(data.chain, metric), data),
  ].filter((own) => own.length > 0);
  const curves = [...networks, ...theories];
  if (curves.length === 0) return undefined;
  const series = curves.map(([{ series: own }]) => own);
  const colours = series.map(colourOf);
  const dashes = series.map((own) => THEORY_DASHES[own] ?? SOLID);
  const color = {
    field: 'series',
    type: 'nominal',
    scale: { domain: series, range: colours },
  } as const;
  const log =
    scale === 'log' ? logAxis(curves.flat().flatMap(({ low, high }) => [low, high])) : null;
  const y = {
    type: 'quantitative' as const,
    title: metricLabel(metric),
    ...(log
      ? { scale: { type: 'log' as const, domain: log.domain, nice: false }, axis: log.axis }
      : { scale: { zero: false } }),
  };
  return {
    name,
    title: `${capitalized(title)} against depth`,
    caption: `Lines: ${centre} over the ensemble; shaded: its 5 % to 95 % quantiles. ${theories.length > 0 ? 'Networks solid, theory dashed. ' : ''}The metric: ${axis}. ${endings(curves)}`,
    formula,
    spec: {
      ...PLOT,
      title: `${capitalized(title)} against depth`,
      data: { values: curves.flat() },
      encoding: { x: LAYER_AXIS },
      layer: [
        {
          transform: [{ filter: { field: 'series', oneOf: series.filter((s) => s !== CHAIN) } }],
          mark: { type: 'area', opacity: 0.16 },
          encoding: {
            y: { field: 'low', ...y },
            y2: { field: 'high' },
            fill: { field: 'colour', type: 'nominal', scale: null },
            detail: { field: 'series' },
          },
        },
        {
          mark: 'line',
          encoding: {
            y: { field: 'centre', ...y },
            color,
            strokeDash: {
              field: 'series',
              type: 'nominal',
              scale: { domain: series, range: dashes },
            },
          },
        },
      ],
    },
  };
}
