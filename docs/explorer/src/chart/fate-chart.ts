import type { Snapshot } from '../snapshot.ts';
import { DepthChart } from './depth-chart.ts';
import { areaData } from './path-data.ts';

const TICKS = [0, 0.25, 0.5, 0.75, 1].map((value) => ({ value, label: `${100 * value} %` }));

/** The shares of paths that have collapsed, are healthy and have blown up, against depth. */
export class FateChart {
  readonly #chart: DepthChart;

  constructor(host: HTMLElement, resized: () => void) {
    this.#chart = new DepthChart(
      host,
      ['fate-healthy', 'fate-collapsed', 'fate-blown-up'],
      resized,
    );
  }

  draw({ times, blownUpBy, collapsedAt }: Snapshot): void {
    const end = times[times.length - 1];
    const scales = this.#chart.axes({ end, y: [0, 1], yTicks: TICKS });
    const x = times.map(scales.x);
    const none = times.map(() => scales.y(0));
    const all = times.map(() => scales.y(1));
    const blownUp = blownUpBy.map((share) => scales.y(1 - share));
    const collapsed = collapsedAt.map(scales.y);
    this.#chart.mark('fate-blown-up', areaData(x, blownUp, all));
    this.#chart.mark('fate-collapsed', areaData(x, none, collapsed));
    this.#chart.mark('fate-healthy', areaData(x, collapsed, blownUp));
  }
}
