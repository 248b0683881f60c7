import { EXIT } from '../../failure.js';
import type { Command } from '../command.js';
import { inRun } from '../open-run.js';
import { runOptions, type RunArguments } from '../options.js';
import { probeStep } from '../steps.js';

/** `shaped probe`: real networks at initialisation. */
export const probe: Command<RunArguments> = {
  usage: 'probe',
  describe: 'Measure networks at initialisation, on real text',
  options: (yargs) =>
    runOptions(yargs)
      .example('$0 probe', 'the default network and text')
      .example('$0 probe -c my.yaml --data notes/', 'another network, on your own text')
      .example('$0 probe -s model.depth=50 -o half', 'half as deep, in another directory'),
  run: (args, session) =>
    inRun('probe', args, session, async (context) => {
      await probeStep(context);
      context.reporter.line(`Measured networks are in ${context.run.path('probe')}`);
      return EXIT.done;
    }),
};
