import { join } from 'node:path';
import type { Argv } from 'yargs';
import { IDLE_KEYS, idleReason, loadConfig, type Config } from '../../config/index.js';
import { EXIT } from '../../failure.js';
import { selectReporter } from '../../progress/index.js';
import { atomicWrite, outputFolder } from '../../run/index.js';
import type { Command } from '../command.js';
import { ADVICE_CODES } from '../exit-codes.js';
import {
  outputOptions,
  seedOption,
  setOption,
  textOption,
  workersOption,
  type OutputArguments,
  type RunArguments,
} from '../options.js';
import { overridesOf } from '../resolve-config.js';

/** The options that stand for one key of the configuration each: `--head-width` is model.headWidth. */
const KEYS = {
  'Network:': [
    ['block', 'model.block', 'Block: shaped, unshaped, preLN, postLN or depthScaled'],
    ['width', 'model.width', 'Width n of the residual stream'],
    ['depth', 'model.depth', 'Layers, each an attention block and an MLP block'],
    ['heads', 'model.heads', 'Attention heads'],
    ['head-width', 'model.headWidth', 'Width of queries and keys in one head'],
    ['tokens', 'model.tokens', 'Tokens of a window'],
    ['mask', 'model.mask', 'Mask: full or causal'],
    ['norm', 'model.norm', 'Norm of preLN and postLN blocks: layer or rms'],
    ['gamma', 'model.gamma', 'Branch weight γ of shaped and unshaped blocks'],
    ['tau0', 'model.tau0', 'Temperature scale τ0'],
    ['c-plus', 'model.cPlus', 'Slope shift c₊ of the shaped ReLU'],
    ['c-minus', 'model.cMinus', 'Slope shift c₋ of the shaped ReLU'],
  ],
  'Health:': [
    ['level', 'advise.level', 'Largest accepted share of networks that fail; 0.01'],
    ['rho', 'advise.rho', 'Largest accepted median correlation at the end; 0.5'],
    ['start-rho', 'advise.startRho', 'Correlation between the tokens of the input; 0.2'],
    ['stop-at', 'advise.stopAt', 'Radius r beyond which |V| has blown up; 1000'],
  ],
  'Effort:': [
    ['paths', 'advise.paths', 'Networks of each block tried; 1024'],
    ['simulate-tokens', 'advise.simulatedTokens', 'Most tokens simulated; 16'],
    ['minutes', 'advise.minutes', 'Longest work begun; 15'],
  ],
} as const;

type Row = (typeof KEYS)[keyof typeof KEYS][number];
const ROWS: readonly Row[] = Object.values(KEYS).flat();

type AdviseArguments = Partial<Record<Row[0], string>> &
  Pick<RunArguments, 'config' | 'set' | 'seed' | 'workers' | 'out'> &
  OutputArguments & { least?: boolean };

function options<T>(yargs: Argv<T>): Argv<T & AdviseArguments> {
  let own: Argv = yargs;
  for (const [group, rows] of Object.entries(KEYS)) {
    for (const [name, , describe] of rows) own = own.option(name, textOption(describe, group));
  }
  const configured = own
    .option('least', {
      type: 'boolean',
      describe: 'Look for the least shaping of a healthy network too',
      group: 'Effort:',
    })
    .option('config', {
      ...textOption('YAML or JSON file; the options above override it', 'Configuration:'),
      alias: 'c',
    })
    .option('set', setOption('model.outputProjection=true'))
    .option('seed', seedOption)
    .option('workers', workersOption)
    .option('out', {
      ...textOption('Folder for advice.json; none by default', 'Output:'),
      alias: 'o',
    });
  return outputOptions(configured) as unknown as Argv<T & AdviseArguments>;
}

/** A warning for every option given that changes nothing in the network. */
function idleOptions(args: AdviseArguments, { model }: Config): string[] {
  return ROWS.flatMap(([name, key]) => {
    const idle = IDLE_KEYS.find((idleKey) => key === `model.${idleKey}`);
    if (idle === undefined || args[name] === undefined) return [];
    const reason = idleReason(model, idle);
    return reason === undefined ? [] : [`advise: --${name} changes nothing here: ${reason}.`];
  });
}

/** `shaped advise`: what becomes of a network, and the shaping that keeps it healthy. */
export const advise: Command<AdviseArguments> = {
  usage: 'advise',
  describe: 'Say whether a network collapses or blows up, and what keeps it healthy',
  exitCodes: ADVICE_CODES,
  interrupted: 'Nothing is kept: the same command starts anew.',
  options: (yargs) =>
    options(yargs)
      .example('$0 advise --block preLN --depth 200', 'will it collapse, and what helps?')
      .example('$0 advise -c my.yaml --tokens 128', 'the network of a file, with a change')
      .example('$0 advise --least --json', 'even less shaping, for programs'),
  run: async (args, { streams, env, signal }) => {
    const { config: file, seed, workers, set = [] } = args;
    const given = ROWS.flatMap(([name, key]) =>
      args[name] === undefined ? [] : [`${key}=${args[name]}`],
    );
    const config = loadConfig(
      file,
      overridesOf({ seed, workers, set: [...set, ...given] }, env),
      'advise',
    );
    const { advisePlan, renderAdvice, runAdvise } = await import('../../advise/index.js');
    const plan = advisePlan(config);
    const letGo = args.out === undefined ? undefined : outputFolder(args.out);
    const reporter = selectReporter(args, streams);
    for (const warning of idleOptions(args, config)) reporter.warn(warning);
    try {
      const record = await runAdvise(plan, { least: args.least ?? false, reporter, signal });
      if (args.out !== undefined) {
        const path = join(args.out, 'advice.json');
        atomicWrite(path, `${JSON.stringify(record, null, 2)}\n`);
        reporter.line(`Everything is in ${path}`);
      }
      reporter.result(renderAdvice(record), record);
      const done = record.outcome === 'healthy' || record.outcome === 'advised';
      return done ? EXIT.done : EXIT.inconclusive;
    } finally {
      reporter.close();
      letGo?.();
    }
  },
};
