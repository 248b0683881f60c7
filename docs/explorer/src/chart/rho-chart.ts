import { INTERVALS } from '../depth.ts';
import { formatDecimals, formatNumber } from '../format.ts';
import type { Snapshot } from '../snapshot.ts';
import { DepthChart } from './depth-chart.ts';
import { DepthReading } from './depth-reading.ts';
import { roundTicks } from './linear-scale.ts';
import { areaData, lineData } from './path-data.ts';

/** The mean ρ beyond which a path has collapsed. */
const COLLAPSE_LINE = 0.99;

/** Least values of the axis on offer; the mean of m tokens' correlations is at least −1/(m − 1). */
const FLOORS = [-0.1, -0.2, -0.4, -0.6, -1];

/** The band of the mean correlation against depth. */
export class RhoChart {
  readonly #chart: DepthChart;
  readonly #reading: DepthReading;

  /** `changed` is called when the chart must be drawn again. */
  constructor(host: HTMLElement, changed: () => void) {
    const lines = ['collapse-line', 'median', 'crosses', 'cursor'];
    this.#chart = new DepthChart(host, ['band-wide', 'band-narrow', 'example', ...lines], changed);
    const shareAt = (clientX: number) => this.#chart.shareAt(clientX);
    this.#reading = new DepthReading({ host, last: INTERVALS, shareAt, changed });
  }

  /** Of so many tokens. Returns the numbers at the depth that is pointed at, in words, if one is. */
  draw(snapshot: Snapshot, tokens: number): string | undefined {
    const { times, rho, examples } = snapshot;
    const end = times[times.length - 1];
    const floor = FLOORS.find((value) => value <= -1 / (tokens - 1) + 1e-9) ?? -1;
    const yTicks = roundTicks([floor, 1], this.#chart.rows).map((value) => ({
      value,
      label: minus(value),
    }));
    const scales = this.#chart.axes({ end, y: [floor, 1.02], yTicks });
    const x = times.map(scales.x);
    const y = (values: Float64Array) => values.map(scales.y);
    const [p05, p25, p50, p75, p95] = rho.map(y);
    this.#chart.mark('band-wide', areaData(x, p05, p95));
    this.#chart.mark('band-narrow', areaData(x, p25, p75));
    this.#chart.mark('median', lineData(x, p50));
    this.#chart.mark('example', examples.map((values) => lineData(x, y(values))).join(''));
    this.#chart.mark('crosses', crosses(x, examples.map(y)));
    const line = scales.y(COLLAPSE_LINE);
    this.#chart.mark('collapse-line', lineData([x[0], x[x.length - 1]], [line, line]));
    const { index } = this.#reading;
    const cursor = index === undefined ? NaN : x[index];
    this.#chart.mark('cursor', lineData([cursor, cursor], [scales.y(floor), scales.y(1)]));
    this.#reading.say(numbersAt(snapshot, index ?? INTERVALS));
    return index === undefined ? undefined : numbersAt(snapshot, index);
  }
}

/** The numbers at one recorded time, in words. */
function numbersAt({ times, rho, blownUpBy, collapsedAt }: Snapshot, index: number): string {
  const [p05, p25, p50, p75, p95] = rho.map((values) => formatDecimals(values[index], 3));
  const percent = (share: number) => `${formatNumber(100 * share, 2)} %`;
  return (
    `t = ${formatDecimals(times[index], 3)}: median ${p50}, 25–75 % ${p25} to ${p75}, ` +
    `5–95 % ${p05} to ${p95}; blown up ${percent(blownUpBy[index])}, ` +
    `collapsed ${percent(collapsedAt[index])}`
  );
}

/** A cross where each example that blew up was last. */
function crosses(x: Float64Array, examples: readonly Float64Array[]): string {
  return examples
    .filter(({ length }) => length > 0 && length < x.length)
    .map((y) => {
      const [u, v] = [x[y.length - 1], y[y.length - 1]];
      return `M${u - 4},${v - 4}l8,8M${u - 4},${v + 4}l8,-8`;
    })
    .join('');
}

/** A number with a minus sign rather than a hyphen. */
function minus(value: number): string {
  return String(value).replace('-', '−');
}
