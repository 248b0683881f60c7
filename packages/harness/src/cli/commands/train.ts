import { EXIT, usageFailure } from '../../failure.js';
import type { Command } from '../command.js';
import { inRun } from '../open-run.js';
import { runOptions, type RunArguments } from '../options.js';
import { trainStep } from '../steps.js';

interface TrainArguments extends RunArguments {
  run?: string;
  resume?: boolean;
}

/** `shaped train`: a language model with the same metrics. */
export const train: Command<TrainArguments> = {
  usage: 'train [run]',
  describe: 'Train a language model with the same metrics',
  interrupted: 'What was trained is kept; the same command goes on from there.',
  options: (yargs) =>
    runOptions(
      yargs.positional('run', { type: 'string', describe: 'Run directory, the same as --out' }),
    )
      .option('resume', {
        type: 'boolean',
        describe: 'Go on with a training that was stopped; an error where there is none',
        group: 'Output:',
      })
      .example('$0 train runs/quickstart', 'the model of that run')
      .example('$0 train runs/big --resume', 'goes on after a stop')
      .example('$0 train -s train.steps=500 -o long', 'longer, in another directory')
      .example('$0 train -s train.objective=masked', 'hidden words, as BERT'),
  run: ({ run, resume = false, ...args }, session) => {
    if (run !== undefined && args.out !== undefined && run !== args.out) {
      throw usageFailure(
        `expected one run directory, got ${run} and --out ${args.out}. Name it once.`,
      );
    }
    if (resume && args.fresh) {
      throw usageFailure('expected --resume or --fresh, got both. Leave one out.');
    }
    return inRun('train', { ...args, out: args.out ?? run }, session, async (context) => {
      await trainStep(context, resume);
      context.reporter.line(`Training is in ${context.run.path('train')}`);
      return EXIT.done;
    });
  },
};
