import { metricText, shortKey } from '../../sweep/index.js';
import type { Estimate, SettingValue, SweepGroup, SweepSummary } from '../../sweep/index.js';
import { formatNumber } from '../format-number.js';
import type { FigureSpec } from './figure.js';
import { logAxis } from './log-axis.js';
import { capitalized } from './metric-label.js';
import { BLOCK_COLOURS, INK } from './palette.js';
import { PLOT } from './theme.js';

/** Lines in colours of their own; of more, colours say nothing. */
const MOST_SERIES = 8;

/** Values that each have a tick of their own. */
const MOST_TICKS = 8;

/** Values of positive numbers over so many decades stand at equal factors. */
const LOG_DECADES = 1.5;

/** Hues that people with any common form of colour blindness tell apart, after Okabe and Ito. */
const COLOURS = [...Object.values(BLOCK_COLOURS), '#56b4e9', '#7a3fb0', INK];

interface Point {
  x: number | string;
  mean: number;
  low: number;
  high: number;
  series: string;
  count: number;
}

const text = (value: SettingValue) => (value === null ? 'default' : String(value));

/** The settings beside the one on the axis, as a line is named: `tau0 0.5, depth 50`. */
function seriesOf({ settings }: SweepGroup, keys: readonly string[]): string {
  return keys.map((key) => `${shortKey(key)} ${text(settings[key])}`).join(', ');
}

function point(x: number | string, series: string, estimate: Estimate): Point {
  const { mean, standardError, count } = estimate;
  const error = standardError ?? 0;
  return { x, mean, low: mean - error, high: mean + error, series, count };
}

/** Whether numbers are better seen at equal factors: steps that grow with the values. */
function isGeometric(values: readonly number[]): boolean {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[0] > 0 && Math.log10(sorted[sorted.length - 1] / sorted[0]) >= LOG_DECADES;
}

/** Where the axis stands: at its values themselves. */
function axisOf(key: string, values: readonly (number | string)[]) {
  const title = shortKey(key);
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length < values.length) {
    return {
      field: 'x',
      type: 'ordinal',
      title,
      sort: [...values],
      axis: { labelAngle: 0 },
    } as const;
  }
  if (isGeometric(numbers)) {
    const { domain, axis } = logAxis(numbers);
    const scale = { type: 'log', domain, nice: false } as const;
    return { field: 'x', type: 'quantitative', title, scale, axis } as const;
  }
  const scale = { zero: false, nice: false, padding: 24 } as const;
  // Few values stand where they are, many where Vega puts its ticks.
  const axis = numbers.length <= MOST_TICKS ? { values: [...numbers], format: '~g' } : {};
  return { field: 'x', type: 'quantitative', title, scale, axis } as const;
}

/** The keys that take more than one value. */
export function variedKeys({ keys, groups }: SweepSummary): string[] {
  return keys.filter((key) => new Set(groups.map(({ settings }) => settings[key])).size > 1);
}

/**
 * A metric of a sweep against one swept key, a line for every combination of the others; seeds as their
 * mean ± standard error. Undefined when no job has the metric.
 */
export function sweepMetric(
  summary: SweepSummary,
  metric: string,
  key: string,
): FigureSpec | undefined {
  const others = variedKeys(summary).filter((other) => other !== key);
  const own = summary.groups.filter(({ metrics }) => metric in metrics);
  if (own.length === 0) return undefined;
  const numeric = own.every(({ settings }) => typeof settings[key] === 'number');
  const points = own.map((group) => {
    const value = group.settings[key];
    const x = numeric ? (value as number) : text(value);
    return point(x, seriesOf(group, others), group.metrics[metric]);
  });
  const values = [...new Set(points.map(({ x }) => x))];
  const series = [...new Set(points.map((p) => p.series))];
  const few = series.length <= MOST_SERIES;
  const color =
    series.length === 1 || !few
      ? { value: series.length === 1 ? BLOCK_COLOURS.shaped : INK }
      : ({
          field: 'series',
          type: 'nominal',
          sort: series,
          scale: { domain: series, range: COLOURS.slice(0, series.length) },
          legend: { columns: 2, symbolLimit: MOST_SERIES },
        } as const);
  const { title, description } = metricText(metric);
  const heading = `${capitalized(title)} against ${shortKey(key)}`;
  const counts = points.map(({ count }) => count);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const seeds = least === most ? String(most) : `${least} to ${most}`;
  const bars =
    most > 1
      ? `Mean over ${seeds} seeds; bars: ± one standard error.`
      : 'One seed each, so without an error.';
  const sorted = [...points].sort((a, b) => a.mean - b.mean);
  const place = (p: Point) =>
    `${formatNumber(p.mean)} at ${shortKey(key)} ${typeof p.x === 'number' ? formatNumber(p.x) : p.x}${p.series === '' ? '' : `, ${p.series}`}`;
  const range = `From ${place(sorted[0])} to ${place(sorted[sorted.length - 1])}.`;
  const y = { type: 'quantitative', title, scale: { zero: false } } as const;
  return {
    name: `${metric}-${key}`.replaceAll('.', '-'),
    title: heading,
    caption: `${bars}${few ? '' : ` ${series.length} lines, one a combination of ${others.map(shortKey).join(', ')}.`} ${range}`,
    formula: description,
    literal: true,
    spec: {
      ...PLOT,
      title: heading,
      data: { values: points },
      encoding: { x: axisOf(key, values), color, detail: { field: 'series' } },
      layer: [
        {
          mark: { type: 'line', opacity: few ? 1 : 0.5, strokeWidth: few ? 2 : 1 },
          encoding: { y: { field: 'mean', ...y } },
        },
        {
          mark: { type: 'rule', strokeWidth: 1.6, opacity: 0.7 },
          encoding: { y: { field: 'low', ...y }, y2: { field: 'high' } },
        },
        {
          mark: { type: 'point', filled: true, size: 50, opacity: 1 },
          encoding: { y: { field: 'mean', ...y } },
        },
      ],
    },
  };
}
