import type { Argv } from 'yargs';

/** Options of every command that works on a run. */
export interface RunArguments {
  config?: string;
  set?: string[];
  out?: string;
  data?: string;
  backend?: string;
  seed?: string;
  workers?: string;
  fresh?: boolean;
  quiet?: boolean;
  json?: boolean;
}

/** Options of commands that only say something. */
export type OutputArguments = Pick<RunArguments, 'quiet' | 'json'>;

const last = (value: string | string[] | undefined) =>
  Array.isArray(value) ? value.at(-1) : value;

/** `--quiet` and `--json`. */
export function outputOptions<T>(yargs: Argv<T>): Argv<T & OutputArguments> {
  return yargs
    .option('quiet', {
      alias: 'q',
      type: 'boolean',
      describe: 'Print results and warnings only',
      group: 'Output:',
    })
    .option('json', {
      type: 'boolean',
      describe: 'Print results as lines of JSON, for programs',
      group: 'Output:',
    });
}

/**
 * An option with one value, the last where it is repeated. Numbers stay text here: the
 * configuration's own checks speak of all problems together.
 */
export function textOption(describe: string, group: string) {
  return { type: 'string' as const, requiresArg: true, coerce: last, describe, group };
}

/** `--seed` and `--workers`, of every command that simulates. */
export const seedOption = textOption('Seed of everything random', 'Configuration:');
export const workersOption = textOption(
  'Worker threads; 0 works in the main thread',
  'Configuration:',
);

/** `--set`, with a key that suits the command for an example. */
export function setOption(example: string) {
  return {
    alias: 's',
    type: 'string' as const,
    array: true as const,
    nargs: 1,
    describe: `Change one key, as ${example}; may be repeated`,
    group: 'Configuration:',
  };
}

/** The options that choose configuration and run directory. */
export function runOptions<T>(yargs: Argv<T>): Argv<T & RunArguments> {
  const text = (describe: string, group = 'Configuration:') => textOption(describe, group);
  const configured = yargs
    .option('config', { ...text('YAML or JSON file; defaults where there is none'), alias: 'c' })
    .option('set', setOption('model.depth=50'))
    .option('data', text('Text: sotu, wikipedia, …, or your own file or folder'))
    .option('backend', text('tfjs backend: auto, tensorflow, wasm or cpu (SHAPED_BACKEND too)'))
    .option('seed', seedOption)
    .option('workers', workersOption)
    .option('out', { ...text('Run directory; runs/<name> by default', 'Output:'), alias: 'o' })
    .option('fresh', {
      type: 'boolean',
      describe: 'Remove the run that is in the directory first',
      group: 'Output:',
    });
  return outputOptions(configured);
}
