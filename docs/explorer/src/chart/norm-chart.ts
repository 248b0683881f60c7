import type { Snapshot } from '../snapshot.ts';
import { DepthChart } from './depth-chart.ts';
import { areaData, lineData } from './path-data.ts';

/** Powers of ten that the axis may span, the first that holds the band and 1. */
const DECADES = [
  [-2, 1],
  [-3, 3],
  [-6, 3],
  [-12, 3],
  [-30, 3],
  [-300, 3],
] as const;

/** Labels of the axis at most. */
const MOST_TICKS = 6;

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** 10 to an integer power, written out. */
export function powerOfTen(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]);
  return `10${exponent < 0 ? '⁻' : ''}${digits.join('')}`;
}

/** The decades of the axis for values between two powers of ten. */
export function decadesFor(low: number, high: number): readonly [number, number] {
  return (
    DECADES.find(([from, to]) => from <= low && high <= to) ?? [Math.floor(low), Math.ceil(high)]
  );
}

/** The band of the tokens' norms against depth: the geometric mean of V_aa. */
export class NormChart {
  readonly #chart: DepthChart;

  constructor(host: HTMLElement, resized: () => void) {
    this.#chart = new DepthChart(host, ['band-wide', 'band-narrow', 'median'], resized);
  }

  draw({ times, logVariance }: Snapshot): void {
    const decades = logVariance.map((values) => values.map((x) => x / Math.LN10));
    const defined = decades.flatMap((values) => [...values]).filter(Number.isFinite);
    const [from, to] = decadesFor(Math.min(...defined, 0), Math.max(...defined, 0));
    const every = Math.ceil((to - from) / MOST_TICKS);
    const yTicks = Array.from({ length: to - from + 1 }, (_, i) => from + i)
      .filter((exponent) => exponent % every === 0)
      .map((value) => ({ value, label: powerOfTen(value) }));
    const scales = this.#chart.axes({ end: times[times.length - 1], y: [from, to], yTicks });
    const x = times.map(scales.x);
    const [p05, p25, p50, p75, p95] = decades.map((values) => values.map(scales.y));
    this.#chart.mark('band-wide', areaData(x, p05, p95));
    this.#chart.mark('band-narrow', areaData(x, p25, p75));
    this.#chart.mark('median', lineData(x, p50));
  }
}
