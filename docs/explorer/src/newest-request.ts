/** How many requests there were, and what became of them. */
export interface RequestCounts {
  /** Begun. */
  started: number;
  /** Begun, and aborted for a newer one. */
  cancelled: number;
  /** Replaced before they were begun. */
  skipped: number;
}

/** What the work on a request knows of the others. */
export interface Turn {
  /** Aborted for a newer request. */
  readonly signal: AbortSignal;
  /** To be called when something has come of the request: from now on it gives way at once. */
  shown: () => void;
}

/**
 * Works on the newest request alone: a new one aborts what runs, at once, and waits for it to let go;
 * at most one waits, the newest. Only what has not shown anything yet is spared for a moment: else a
 * stream of requests, such as a slider that is dragged, would never show anything.
 */
export class NewestRequest<T> {
  readonly counts: RequestCounts = { started: 0, cancelled: 0, skipped: 0 };
  readonly #work: (request: T, turn: Turn) => Promise<void>;
  readonly #patience: number;
  #pending: { request: T } | undefined;
  #running: { spared: boolean; controller: AbortController } | undefined;

  /**
   * @param work does one request, rejects once its signal is aborted, and reports its own errors
   * @param patience milliseconds that a request is spared while it has nothing to show
   */
  constructor(work: (request: T, turn: Turn) => Promise<void>, patience: number) {
    this.#work = work;
    this.#patience = patience;
  }

  ask(request: T): void {
    if (this.#pending) this.counts.skipped++;
    this.#pending = { request };
    if (!this.#running) void this.#serve();
    else if (!this.#running.spared) this.#running.controller.abort();
  }

  async #serve(): Promise<void> {
    while (this.#pending) {
      const { request } = this.#pending;
      this.#pending = undefined;
      const controller = new AbortController();
      const { signal } = controller;
      const running = { spared: true, controller };
      const shown = () => {
        running.spared = false;
        if (this.#pending) controller.abort();
      };
      const timer = setTimeout(shown, this.#patience);
      this.#running = running;
      this.counts.started++;
      try {
        await this.#work(request, { signal, shown });
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        clearTimeout(timer);
        if (signal.aborted) this.counts.cancelled++;
        this.#running = undefined;
      }
    }
  }
}
