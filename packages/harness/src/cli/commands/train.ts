import { EXIT } from '../../failure.js';
import type { Command } from '../command.js';
import { inRun } from '../open-run.js';
import { runOptions, type RunArguments } from '../options.js';
import { trainStep } from '../steps.js';

/** `shaped train`: a causal language model with the same metrics. */
export const train: Command<RunArguments> = {
  usage: 'train',
  describe: 'Train a causal language model with the same metrics',
  options: (yargs) =>
    runOptions(yargs)
      .example('$0 train -o runs/quickstart', 'the model of that run')
      .example('$0 train -s train.steps=500 -o long', 'longer, in another directory'),
  run: (args, session) =>
    inRun('train', args, session, async (context) => {
      await trainStep(context);
      context.reporter.line(`Training is in ${context.run.path('train')}`);
      return EXIT.done;
    }),
};
