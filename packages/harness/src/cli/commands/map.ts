import { MAP_PARAMETER_NAMES } from '../../config/index.js';
import { EXIT } from '../../failure.js';
import type { Command } from '../command.js';
import { inRun } from '../open-run.js';
import { runOptions, textOption, type RunArguments } from '../options.js';
import { mapStep } from '../steps.js';

/** Options that are keys of the section `map`, and whether their values are text. */
const KEYS = {
  x: true,
  y: true,
  theory: true,
  paths: false,
  steps: false,
  stopAt: false,
  start: true,
  startRho: false,
  mostFailing: false,
} as const;

type MapArguments = RunArguments & Partial<Record<keyof typeof KEYS, string>>;

/** `shaped map`: the phase diagram over two parameters. */
export const map: Command<MapArguments> = {
  usage: 'map',
  describe: 'Map where tokens collapse or blow up',
  options: (yargs) => {
    const option = (describe: string) => textOption(describe, 'Map:');
    const axis = (alias: 'x' | 'y', describe: string) => ({ ...option(describe), alias });
    return runOptions(yargs)
      .option('x-axis', axis('x', 'Horizontal axis, as gamma:0.1:1:40; :log for equal factors'))
      .option('y-axis', axis('y', 'Vertical axis, as tau0:0.2:2:40'))
      .option('theory', option('The sde, or the exact chain of any block kind'))
      .option('paths', option('Paths a cell; 1024'))
      .option('steps', option('Solver steps of the SDE in every cell; as many as needed'))
      .option('stop-at', option('Radius of |V| beyond which a path blows up; 1000'))
      .option('start', option('V0: standard, or text for that of the text windows'))
      .option('start-rho', option('Off-diagonal of the standard V0; 0.2'))
      .option('most-failing', option('Share of failing paths in a healthy cell; 0.5'))
      .example('$0 map', 'over γ and τ0; again, it goes on')
      .example('$0 map -x ratio:0.1:10:20:log', 'over depth/width instead of γ')
      .example('$0 map --theory chain -o finite', 'by the chain at the own width')
      .epilogue(`Parameters of the axes: ${MAP_PARAMETER_NAMES.join(', ')}; ratio is depth/width.`);
  },
  run: (args, session) => {
    const set = [...(args.set ?? [])];
    for (const [key, isText] of Object.entries(KEYS)) {
      const value = args[key as keyof typeof KEYS];
      if (value !== undefined) set.push(`map.${key}=${isText ? JSON.stringify(value) : value}`);
    }
    return inRun('map', { ...args, set }, session, async (context) => {
      await mapStep(context);
      context.reporter.line(`The map is in ${context.run.path('map')}`);
      context.reporter.line(`Draw it: shaped report ${context.run.root}`);
      return EXIT.done;
    });
  },
};
