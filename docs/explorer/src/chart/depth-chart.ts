import { linearScale, roundTicks, type Interval } from './linear-scale.ts';
import { svgElement } from './svg-element.ts';

/** Pixels around the plot: room for the labels of the axes. */
const MARGIN = { top: 10, right: 14, bottom: 38, left: 44 };

/** Pixels between two labels of the time axis. */
const TICK_DISTANCE = 70;

/** Pixels between two labels of the other axis. */
const ROW_DISTANCE = 36;

/** A labelled place of an axis. */
export interface Tick {
  value: number;
  label: string;
}

/** The axes of a picture. */
export interface Axes {
  /** Times from 0 to this. */
  end: number;
  y: Interval;
  yTicks: readonly Tick[];
}

/** Maps values to pixels. */
export interface Scales {
  x: (t: number) => number;
  y: (value: number) => number;
}

/** An SVG chart of something against depth. Its marks are paths, made once and given new data. */
export class DepthChart {
  readonly #host: HTMLElement;
  readonly #svg = svgElement('svg', { 'aria-hidden': 'true' });
  readonly #axes = svgElement('g');
  readonly #clip = svgElement('rect');
  readonly #marks = new Map<string, SVGPathElement>();
  #drawnAxes = '';

  /**
   * @param host the element that the chart fills
   * @param marks classes of its paths, the lowest first; styles are the page's
   * @param resized called when the host has another size
   */
  constructor(host: HTMLElement, marks: readonly string[], resized: () => void) {
    this.#host = host;
    const clip = `clip-${host.id}`;
    const layer = svgElement('g', { 'clip-path': `url(#${clip})` });
    for (const mark of marks) {
      const path = svgElement('path', { class: mark });
      this.#marks.set(mark, path);
      layer.append(path);
    }
    const definitions = svgElement('defs', {}, svgElement('clipPath', { id: clip }, this.#clip));
    this.#svg.append(definitions, this.#axes, layer);
    host.append(this.#svg);
    new ResizeObserver(resized).observe(host);
  }

  /** How many labels the axis of values has room for. */
  get rows(): number {
    const height = this.#host.clientHeight - MARGIN.top - MARGIN.bottom;
    return Math.max(2, height / ROW_DISTANCE);
  }

  /** Draws the axes, where they have changed, and returns the scales for the marks. */
  axes({ end, y, yTicks }: Axes): Scales {
    const { clientWidth: width, clientHeight: height } = this.#host;
    const [left, right] = [MARGIN.left, Math.max(MARGIN.left + 1, width - MARGIN.right)];
    const [top, bottom] = [MARGIN.top, Math.max(MARGIN.top + 1, height - MARGIN.bottom)];
    const scales = {
      x: linearScale([0, end], [left, right]),
      y: linearScale(y, [bottom, top]),
    };
    const key = JSON.stringify([width, height, end, y, yTicks]);
    if (key === this.#drawnAxes) return scales;
    this.#drawnAxes = key;
    this.#svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    const box = { x: left, y: top, width: right - left, height: bottom - top };
    for (const [name, value] of Object.entries(box)) this.#clip.setAttribute(name, String(value));
    const text = (x: number, at: number, anchor: string, label: string) =>
      svgElement('text', { x, y: at, 'text-anchor': anchor }, label);
    const rows = yTicks.flatMap(({ value, label }) => {
      const at = scales.y(value);
      return [
        svgElement('line', { class: 'grid', x1: left, x2: right, y1: at, y2: at }),
        text(left - 7, at + 4, 'end', label),
      ];
    });
    const columns = roundTicks([0, end], Math.max(2, (right - left) / TICK_DISTANCE)).flatMap(
      (t) => [
        svgElement('line', {
          class: 'tick',
          ...{ x1: scales.x(t), x2: scales.x(t), y1: bottom, y2: bottom + 5 },
        }),
        text(scales.x(t), bottom + 18, 'middle', String(t)),
      ],
    );
    const base = svgElement('line', {
      class: 'axis',
      ...{ x1: left, x2: right, y1: bottom, y2: bottom },
    });
    const title = text((left + right) / 2, bottom + 34, 'middle', 't = layer / width');
    title.setAttribute('class', 'axis-title');
    this.#axes.replaceChildren(...rows, ...columns, base, title);
    return scales;
  }

  /** Share of the way from the first to the last time at a place of the screen, any number. */
  shareAt(clientX: number): number {
    const { left, width } = this.#host.getBoundingClientRect();
    return (clientX - left - MARGIN.left) / Math.max(1, width - MARGIN.left - MARGIN.right);
  }

  /** Gives a mark its data, the `d` of a path. */
  mark(name: string, data: string): void {
    this.#marks.get(name)?.setAttribute('d', data);
  }
}
