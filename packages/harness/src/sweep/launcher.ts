/** How the attempt at one job ended. */
export interface JobEnd {
  job: string;
  /**
   * `failed` by itself, for a reason; `killed` from outside, so that beginning again may help;
   * `interrupted` because the sweep was.
   */
  how: 'done' | 'failed' | 'killed' | 'interrupted';
  /** Why it did not complete, for people. */
  reason?: string;
}

/** What a launcher is told while it works. */
export interface LaunchOptions {
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
  /** Aborted when nothing more is wanted, as one job has failed. */
  cancel: AbortSignal;
  /** Says a line of progress. */
  say: (line: string) => void;
  /** Called as jobs end. */
  onEnd: (end: JobEnd) => void;
}

/** Where jobs run. */
export interface Launcher {
  /** What is said before the first job, such as how many run at once. */
  describe: () => string;
  /** What an interruption leaves, for the message that ends the command. */
  interrupted: () => string;
  /**
   * Runs jobs; settles when all of them have ended, or when the sweep is interrupted and this launcher
   * has done what it does then.
   *
   * @throws Failure where jobs cannot be started at all
   */
  launch: (jobs: readonly string[], options: LaunchOptions) => Promise<void>;
}
