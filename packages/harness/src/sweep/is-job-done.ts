import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { corpusHash } from '../data/index.js';
import type { Config } from '../config/index.js';
import { isComplete, RunDirectory, stepDigest } from '../run/index.js';
import { configIdentity } from './config-identity.js';
import { ADVICE_FILE, stepsOf, type SweepCommand } from './sweep-command.js';

/**
 * Whether a run directory holds everything that a command makes of a configuration, the text of the
 * user as it is now included.
 */
export function isCommandDone(path: string, config: Config, command: SweepCommand): boolean {
  if (!existsSync(join(path, 'config.yaml'))) return false;
  const run = RunDirectory.open(path);
  if (command === 'advise') {
    return run.has(ADVICE_FILE) && configIdentity(run.config()) === configIdentity(config);
  }
  return stepsOf(command).every((step) =>
    isComplete(run, step, stepDigest(step, config, corpusHash(step, config))),
  );
}

/** Whether a job is complete: every command of it. */
export function isJobDone(
  path: string,
  config: Config,
  commands: readonly SweepCommand[],
): boolean {
  return commands.every((command) => isCommandDone(path, config, command));
}
