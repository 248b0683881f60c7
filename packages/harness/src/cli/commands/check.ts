import type { Command } from '../command.js';
import { VERDICT_CODES } from '../exit-codes.js';
import { inRun } from '../open-run.js';
import { runOptions, type RunArguments } from '../options.js';
import { checkStep, predictStep, probeStep } from '../steps.js';

interface CheckArguments extends RunArguments {
  negativeControl?: string;
  widths?: string;
}

/** `shaped check`: networks against theory, with a verdict. */
export const check: Command<CheckArguments> = {
  usage: 'check',
  describe: 'Compare with theory: PASS, FAIL or INCONCLUSIVE',
  exitCodes: VERDICT_CODES,
  options: (yargs) =>
    runOptions(yargs)
      .option('negative-control', {
        type: 'string',
        requiresArg: true,
        describe:
          'Build a wrong network, which must FAIL: centring, tau0, cMinus, normalizer, gamma',
        group: 'Check:',
      })
      .option('widths', {
        type: 'string',
        requiresArg: true,
        describe: 'Widths of the trend to the SDE, as 64,128',
        group: 'Check:',
      })
      .example('$0 check', 'the verdict; what is missing is made')
      .example('$0 check --negative-control tau0', 'a wrong temperature, which is found'),
  run: (args, session) => {
    const set = [...(args.set ?? [])];
    if (args.negativeControl) {
      set.push(`check.negativeControl=${JSON.stringify(args.negativeControl)}`);
    }
    if (args.widths) set.push(`check.widths=[${args.widths}]`);
    return inRun('check', { ...args, set }, session, async (context) => {
      await probeStep(context, false);
      await predictStep(context, false);
      const exitCode = await checkStep(context);
      context.reporter.line(`The verdict is in ${context.run.path('check')}`);
      return exitCode;
    });
  },
};
