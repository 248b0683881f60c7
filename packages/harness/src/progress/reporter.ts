/** The progress of one piece of work. */
export interface Task {
  /** Counts `by` more units done, with an optional short note such as `loss 2.31`. */
  advance(by?: number, note?: string): void;
  done(): void;
}

/**
 * Where commands say how they get on. Progress and warnings go to standard error, results to
 * standard output, so that a result can be piped.
 */
export interface Reporter {
  /** Begins a piece of work of `total` units; on a terminal a bar with rate and time left. */
  task(label: string, total: number): Task;
  /** A line of progress. */
  line(text: string): void;
  warn(text: string): void;
  /** A result for people; `data` is the same for machines (`--json`). */
  result(text: string, data?: unknown): void;
}

/** A reporter that says nothing: for tests and library use. */
export const silent: Reporter = {
  task: () => ({ advance: () => undefined, done: () => undefined }),
  line: () => undefined,
  warn: () => undefined,
  result: () => undefined,
};
