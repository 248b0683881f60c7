import { relative } from 'node:path';
import type { CommandContext } from '../../context.js';
import { EXIT } from '../../failure.js';
import type { Command } from '../command.js';
import { VERDICT_CODES } from '../exit-codes.js';
import { inRun } from '../open-run.js';
import { runOptions, type RunArguments } from '../options.js';
import { checkStep, predictStep, probeStep, reportStep, trainStep } from '../steps.js';

const VERDICTS: Record<number, string> = {
  [EXIT.done]: 'PASS',
  [EXIT.failed]: 'FAIL',
  [EXIT.inconclusive]: 'INCONCLUSIVE',
};

/** What a run ends with: the verdict, where everything is, and how to open it. */
function closing({ run }: CommandContext, exitCode: number): { text: string; data: object } {
  const here = relative(process.cwd(), run.root) || '.';
  const root = here.startsWith('..') ? run.root : here;
  const verdict = VERDICTS[exitCode];
  const report = run.path('report.html');
  const text = [
    '',
    `Verdict: ${verdict}`,
    `Report:  ${report}  (open it in a browser)`,
    `Logs:    ${run.path('tensorboard')}  (open them: shaped tensorboard ${root})`,
    `Numbers: ${run.root}  (JSON Lines and .npy)`,
  ].join('\n');
  return { text, data: { verdict, exitCode, run: run.root, report } };
}

/** `shaped run`: everything, in one run directory. */
export const run: Command<RunArguments> = {
  usage: 'run',
  describe: 'Do it all: probe, predict, check, train, report',
  exitCodes: VERDICT_CODES,
  options: (yargs) =>
    runOptions(yargs)
      .example('$0 run -c configs/quickstart.yaml', 'the main experiment; again, it is quick')
      .example('$0 run -c configs/tiny.yaml', 'the same in seconds, to try a machine')
      .example('$0 run -c my.yaml --data notes/', 'another network, on your own text'),
  run: (args, session) =>
    inRun('run', args, session, async (context) => {
      await probeStep(context);
      await predictStep(context);
      const exitCode = await checkStep(context);
      await trainStep(context);
      await reportStep(context);
      const { text, data } = closing(context, exitCode);
      context.reporter.result(text, data);
      return exitCode;
    }),
};
