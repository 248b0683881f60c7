import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, type Config } from '../config/index.js';
import type { RunArguments } from './options.js';

/** A value that YAML reads back as the same text. */
const quoted = (text: string) => JSON.stringify(text);

/** The overrides of a command line, later ones win: environment, --set, then options of their own. */
export function overridesOf(args: RunArguments, env: NodeJS.ProcessEnv): string[] {
  const overrides: string[] = [];
  if (env['SHAPED_BACKEND']) overrides.push(`backend=${quoted(env['SHAPED_BACKEND'])}`);
  overrides.push(...(args.set ?? []));
  if (args.backend !== undefined) overrides.push(`backend=${quoted(args.backend)}`);
  if (args.data !== undefined) overrides.push(`data.corpus=${quoted(args.data)}`);
  if (args.seed !== undefined) overrides.push(`seed=${args.seed}`);
  if (args.workers !== undefined) overrides.push(`workers=${args.workers}`);
  return overrides;
}

/**
 * The configuration and the run directory that a command line asks for. Without `--config`, a run
 * directory that is already there supplies the configuration it was made with.
 *
 * @param command whose own rules the configuration must keep as well
 * @throws Failure (exit code 2) with every problem of the configuration
 */
export function resolveConfig(
  args: RunArguments,
  env: NodeJS.ProcessEnv,
  command?: string,
): { config: Config; out: string } {
  const own = args.out === undefined ? undefined : join(args.out, 'config.yaml');
  const reopened = args.config === undefined && !args.fresh && own !== undefined && existsSync(own);
  const config = loadConfig(reopened ? own : args.config, overridesOf(args, env), command);
  const control = config.check.negativeControl;
  // A wrong network is another run: it must not take the place of the right one.
  const name = control === 'none' ? config.name : `${config.name}-${control}`;
  return { config, out: args.out ?? join('runs', name) };
}
