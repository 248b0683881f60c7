import { EXIT } from '../../failure.js';
import type { Command } from '../command.js';
import { inRun } from '../open-run.js';
import { runOptions, type RunArguments } from '../options.js';
import { predictStep } from '../steps.js';

/** `shaped predict`: the same quantities from theory. */
export const predict: Command<RunArguments> = {
  usage: 'predict',
  describe: 'Predict the same networks by SDE and exact chain',
  options: (yargs) =>
    runOptions(yargs)
      .example('$0 predict -o runs/quickstart', 'for the networks of that run')
      .example('$0 predict -s predict.sdePaths=8192', 'with more paths'),
  run: (args, session) =>
    inRun('predict', args, session, async (context) => {
      await predictStep(context);
      context.reporter.line(`Predictions are in ${context.run.path('predict')}`);
      return EXIT.done;
    }),
};
