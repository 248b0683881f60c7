import type { SelectedBackend } from './backend/index.js';
import type { Config } from './config/index.js';
import type { Reporter } from './progress/reporter.js';
import type { RunDirectory } from './run/index.js';

/** What every step of a run is given. */
export interface CommandContext {
  config: Config;
  run: RunDirectory;
  reporter: Reporter;
  /** Aborted by Ctrl-C; its reason is a Failure with the exit code. */
  signal: AbortSignal;
  /** Starts the tfjs backend on first use. */
  backend: () => Promise<SelectedBackend>;
}
