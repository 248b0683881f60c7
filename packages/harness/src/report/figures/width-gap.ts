import type { WidthGap } from '../../check/width-trend.js';
import { metricDefinition } from '../../metrics/index.js';
import { formatNumber } from '../format-number.js';
import type { FigureSpec } from './figure.js';
import { logAxis } from './log-axis.js';
import { CHAIN_COLOUR, MUTED } from './palette.js';

/** Plot area of one panel, pixels. */
const PANEL = { width: 285, height: 150 } as const;
const STANDARD_ERRORS = 2;
const DISTANCE = 'KS distance';
const NOISE = 'noise at 5 %';

/**
 * The gap from the exact chain to the SDE against the width, at equal depth/width: in the mean, with
 * two standard errors, and as KS distance above the noise of its sample sizes.
 */
export function widthGap(gaps: readonly WidthGap[]): FigureSpec | undefined {
  const rows = gaps.filter(({ gap, standardError }) => Number.isFinite(gap + standardError));
  if (rows.length === 0) return undefined;
  const widths = [...new Set(rows.map(({ width }) => width))].sort((a, b) => a - b);
  const values = rows.map(({ metric, width, gap, standardError }) => ({
    metric: metricDefinition(metric).title,
    width,
    gap,
    low: gap - STANDARD_ERRORS * standardError,
    high: gap + STANDARD_ERRORS * standardError,
  }));
  const distances = rows
    .flatMap(({ metric, width, ks, ksNoise }) => [
      { metric: metricDefinition(metric).title, width, series: DISTANCE, value: ks },
      { metric: metricDefinition(metric).title, width, series: NOISE, value: ksNoise },
    ])
    .filter(({ value }) => value > 0);
  const x = {
    field: 'width',
    type: 'quantitative',
    title: 'width n',
    scale: { type: 'log', nice: false, padding: 14 },
    axis: { values: widths, format: 'd' },
  } as const;
  const column = {
    field: 'metric',
    type: 'nominal' as const,
    title: null,
    sort: [...new Set(values.map(({ metric }) => metric))],
  };
  const { domain, axis } = logAxis(distances.map(({ value }) => value));
  const ks = {
    field: 'value',
    type: 'quantitative',
    title: 'KS distance',
    scale: { type: 'log', domain, nice: false },
    axis,
  } as const;
  const ends = [...new Set(rows.map(({ metric }) => metric))].map((metric) => {
    const own = rows.filter((row) => row.metric === metric).sort((a, b) => a.width - b.width);
    const last = own[own.length - 1];
    return `${metricDefinition(metric).title} ${formatNumber(own[0].gap)} at n = ${own[0].width} to ${formatNumber(last.gap)} ± ${formatNumber(last.standardError)} at n = ${last.width}`;
  });
  const series = [DISTANCE, NOISE];
  const color = {
    field: 'series',
    type: 'nominal',
    scale: { domain: series, range: [CHAIN_COLOUR, MUTED] },
  } as const;
  const strokeDash = {
    field: 'series',
    type: 'nominal',
    scale: {
      domain: series,
      range: [
        [1, 0],
        [4, 3],
      ],
    },
  } as const;
  return {
    name: 'width-gap',
    title: 'Gap from the exact chain to the SDE against width',
    caption: `Above: mean of the chain minus mean of the SDE at the last layer, in standard deviations of the SDE, ± ${STANDARD_ERRORS} standard errors of the chain’s mean; depth/width is the same at every width. Below: Kolmogorov–Smirnov distance, and the distance that such samples show at 5 % without any gap. From ${ends.join('; ')}.`,
    wide: true,
    spec: {
      title: 'Gap from the exact chain to the SDE against width',
      vconcat: [
        {
          data: { values },
          facet: { column },
          spec: {
            ...PANEL,
            encoding: { x },
            layer: [
              { mark: { type: 'rule', color: MUTED }, encoding: { y: { datum: 0 }, x: {} } },
              {
                mark: { type: 'line', color: CHAIN_COLOUR, strokeWidth: 1.2, opacity: 0.6 },
                encoding: {
                  y: { field: 'gap', type: 'quantitative', title: 'gap (sd of the SDE)' },
                },
              },
              {
                mark: { type: 'rule', color: CHAIN_COLOUR, strokeWidth: 1.6 },
                encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
              },
              {
                mark: { type: 'point', filled: true, size: 50, opacity: 1, color: CHAIN_COLOUR },
                encoding: { y: { field: 'gap', type: 'quantitative' } },
              },
            ],
          },
        },
        {
          data: { values: distances },
          facet: { column: { ...column, header: { labels: false } } },
          spec: {
            ...PANEL,
            encoding: { x },
            layer: [
              { mark: 'line', encoding: { y: ks, color, strokeDash } },
              {
                transform: [{ filter: { field: 'series', equal: DISTANCE } }],
                mark: { type: 'point', filled: true, size: 50, opacity: 1, color: CHAIN_COLOUR },
                encoding: { y: ks },
              },
            ],
          },
        },
      ],
    },
  };
}
