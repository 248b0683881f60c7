import { kde, quantile } from '@shaped/sde';
import type { BlockKind } from '@shaped/sde';
import { metricDefinition } from '../../metrics/index.js';
import { thin } from '../depth-profile.js';
import { formatNumber } from '../format-number.js';
import type { FigureSpec } from './figure.js';
import { capitalized, metricLabel } from './metric-label.js';
import { BLOCK_COLOURS, CHAIN_COLOUR, SDE_COLOUR } from './palette.js';
import { MOST_POINTS, PLOT } from './theme.js';

export interface DistributionData {
  metric: string;
  block: BlockKind;
  layer: number;
  /** One value a network or path; what is undefined may stand as NaN. */
  networks: readonly number[];
  sde?: readonly number[];
  chain?: readonly number[];
  /** Where the quantity can lie, for the density estimate. */
  support?: readonly [number, number];
}

/** Share of a sample on either side that may lie beyond the axis, so that one outlier sets no scale. */
const CUT = 0.002;

/** The bins of a histogram: √n of them, between 8 and 40. */
function binCount(samples: number): number {
  return Math.min(40, Math.max(8, Math.ceil(Math.sqrt(samples))));
}

function histogram(values: readonly number[], [low, high]: readonly [number, number]) {
  const bins = binCount(values.length);
  const width = (high - low) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor((value - low) / width));
    if (value >= low && value <= high) counts[bin]++;
  }
  return counts.map((count, i) => ({
    from: low + i * width,
    to: low + (i + 1) * width,
    density: count / (values.length * width),
  }));
}

function density(
  series: string,
  values: readonly number[],
  extent: readonly [number, number],
  support: readonly [number, number] | undefined,
) {
  // A path of Euler–Maruyama may have left the cone of covariances by a little.
  const inside = support
    ? values.filter((value) => value >= support[0] && value <= support[1])
    : values;
  if (inside.length < 2 || inside.every((value) => value === inside[0])) return [];
  const { x, density: heights } = kde(inside, { extent, support });
  const points = Array.from(x, (at, i) => ({ series, at, density: heights[i] }));
  return thin(points, MOST_POINTS);
}

/** The ends of an axis that shows all samples but their furthest outliers. */
function commonExtent(samples: readonly (readonly number[])[]): [number, number] {
  const low = Math.min(...samples.map((values) => quantile(values, CUT)));
  const high = Math.max(...samples.map((values) => quantile(values, 1 - CUT)));
  const margin = 0.05 * (high - low);
  return [low - margin, high + margin];
}

/**
 * The distribution of a metric at the last layer: a histogram of the networks and the densities of
 * exact chain and SDE; undefined when fewer than two values differ.
 */
export function lastLayerDistribution(
  name: string,
  data: DistributionData,
): FigureSpec | undefined {
  const { metric, block, layer, support } = data;
  const { title, formula } = metricDefinition(metric);
  const finite = (values: readonly number[] = []) => values.filter(Number.isFinite);
  const networks = finite(data.networks);
  const theories = (
    [
      ['SDE', finite(data.sde)],
      ['exact chain', finite(data.chain)],
    ] as const
  ).filter(([, values]) => values.length > 1);
  const samples = [networks, ...theories.map(([, values]) => values)].filter((v) => v.length > 0);
  if (samples.length === 0) return undefined;
  let extent = commonExtent(samples);
  if (support) extent = [Math.max(support[0], extent[0]), Math.min(support[1], extent[1])];
  if (!(extent[1] > extent[0])) return undefined;
  const curves = theories.flatMap(([series, values]) => density(series, values, extent, support));
  const series = [...new Set(curves.map(({ series: own }) => own))];
  const bars = networks.length > 0 ? histogram(networks, extent) : [];
  const look: Record<string, { colour: string; dash: number[] }> = {
    SDE: { colour: SDE_COLOUR, dash: [7, 4] },
    'exact chain': { colour: CHAIN_COLOUR, dash: [1.5, 3] },
  };
  const ofSeries = (range: (string | number[])[]) =>
    ({ field: 'series', type: 'nominal', scale: { domain: series, range } }) as const;
  const x = {
    type: 'quantitative' as const,
    title: metricLabel(metric),
    scale: { domain: extent, nice: false, zero: false },
    axis: { tickCount: 7, labelOverlap: true },
  };
  const y = { field: 'density', type: 'quantitative', title: 'probability density' } as const;
  return {
    name,
    title: `${capitalized(title)} at layer ${layer}`,
    caption: `Bars: histogram of ${networks.length} networks. Lines: kernel density estimates of ${theories.map(([own, values]) => `${values.length} paths of the ${own}`).join(' and ') || 'no theory'}. Medians: ${samples.map((values, i) => `${['networks', ...theories.map(([own]) => own)].slice(networks.length > 0 ? 0 : 1)[i]} ${formatNumber(quantile(values, 0.5))}`).join(', ')}.`,
    formula,
    spec: {
      ...PLOT,
      title: `${capitalized(title)} at layer ${layer}`,
      layer: [
        {
          data: { values: bars },
          mark: { type: 'bar', opacity: 0.4, binSpacing: 1 },
          encoding: {
            x: { field: 'from', bin: 'binned', ...x },
            x2: { field: 'to' },
            y,
            fill: {
              datum: `${block} networks`,
              type: 'nominal',
              scale: { domain: [`${block} networks`], range: [BLOCK_COLOURS[block]] },
              legend: bars.length > 0 ? { symbolType: 'square', symbolSize: 160 } : null,
            },
          },
        },
        {
          data: { values: curves },
          mark: { type: 'line', clip: true },
          encoding: {
            x: { field: 'at', ...x },
            y,
            color: ofSeries(series.map((own) => look[own].colour)),
            strokeDash: ofSeries(series.map((own) => look[own].dash)),
          },
        },
      ],
    },
  };
}
