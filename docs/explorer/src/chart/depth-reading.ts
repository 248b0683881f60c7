/** The element over which a depth is pointed at, and what its numbers are called. */
export interface ReadingOptions {
  /** The chart's element; it becomes a slider for keyboard and screen reader. */
  host: HTMLElement;
  /** The last index; the first is 0. */
  last: number;
  /** Share of the way from the chart's left to its right end at a place of the screen. */
  shareAt: (clientX: number) => number;
  /** Called when another index, or none, is pointed at. */
  changed: () => void;
}

/** The recorded time that the reader points at, by pointer or by arrow keys. */
export class DepthReading {
  readonly #options: ReadingOptions;
  #index: number | undefined;

  constructor(options: ReadingOptions) {
    this.#options = options;
    const { host, last, shareAt } = options;
    host.tabIndex = 0;
    for (const [name, value] of Object.entries({
      role: 'slider',
      'aria-label': 'Numbers at one depth',
      'aria-valuemin': '0',
      'aria-valuemax': String(last),
    })) {
      host.setAttribute(name, value);
    }
    const point = ({ clientX }: PointerEvent) => this.#move(Math.round(last * shareAt(clientX)));
    host.addEventListener('pointermove', point);
    host.addEventListener('pointerdown', point);
    host.addEventListener('pointerleave', () => this.#move(undefined));
    host.addEventListener('blur', () => this.#move(undefined));
    host.addEventListener('focus', () => this.#move(this.#index ?? last));
    host.addEventListener('keydown', (event) => {
      const next = this.#next(event.key);
      if (next === undefined) return;
      event.preventDefault();
      this.#move(next);
    });
  }

  /** Index of the recorded time; undefined when none is pointed at. */
  get index(): number | undefined {
    return this.#index;
  }

  /** Tells screen readers what stands at the index. */
  say(text: string): void {
    const { host, last } = this.#options;
    host.setAttribute('aria-valuenow', String(this.#index ?? last));
    host.setAttribute('aria-valuetext', text);
  }

  #next(key: string): number | undefined {
    const { last } = this.#options;
    const index = this.#index ?? last;
    if (key === 'ArrowLeft' || key === 'ArrowDown') return index - 1;
    if (key === 'ArrowRight' || key === 'ArrowUp') return index + 1;
    if (key === 'Home') return 0;
    if (key === 'End') return last;
    return undefined;
  }

  #move(index: number | undefined): void {
    const { last, changed } = this.#options;
    const next = index === undefined ? undefined : Math.min(last, Math.max(0, index));
    if (next === this.#index) return;
    this.#index = next;
    changed();
  }
}
