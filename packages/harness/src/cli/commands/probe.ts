import { EXIT } from '../../failure.js';
import type { Command } from '../command.js';
import { inRun } from '../open-run.js';
import { runOptions, type RunArguments } from '../options.js';
import { probeStep } from '../steps.js';

/** `shaped probe`: real networks at initialisation. */
export const probe: Command<RunArguments> = {
  usage: 'probe',
  describe: 'Measure real networks at initialisation, layer by layer, on text',
  options: (yargs) =>
    runOptions(yargs)
      .example('$0 probe', 'the default network on State of the Union addresses')
      .example('$0 probe -c configs/causal.yaml --data notes/', 'a causal network on your own text')
      .example(
        '$0 probe --set model.depth=50 -o runs/half',
        'half as deep, in a directory of its own',
      ),
  run: (args, session) =>
    inRun('probe', args, session, async (context) => {
      await probeStep(context);
      context.reporter.line(`Measured networks are in ${context.run.path('probe')}`);
      return EXIT.done;
    }),
};
