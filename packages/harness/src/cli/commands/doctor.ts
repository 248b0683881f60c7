import { EXIT } from '../../failure.js';
import { selectReporter } from '../../progress/index.js';
import { theseVersions, thisMachine } from '../../run/index.js';
import type { Command } from '../command.js';
import { DOCTOR_CODES } from '../exit-codes.js';
import { outputOptions, type OutputArguments } from '../options.js';

/** `shaped doctor`: what works on this machine. */
export const doctor: Command<OutputArguments> = {
  usage: 'doctor',
  describe: 'Say what works here and how to mend the rest',
  exitCodes: DOCTOR_CODES,
  options: (yargs) =>
    outputOptions(yargs)
      .example('$0 doctor', 'what works, and what to do about the rest')
      .example('$0 doctor --json', 'the same for programs'),
  run: async (args, { streams }) => {
    const reporter = selectReporter(args, streams);
    const { examine, renderFindings } = await import('../../doctor/index.js');
    const findings = await examine(reporter);
    const ok = findings.every(({ status }) => status !== 'fail');
    const data = { ok, machine: thisMachine(), versions: theseVersions(), findings };
    reporter.result(renderFindings(findings), data);
    return ok ? EXIT.done : EXIT.failed;
  },
};
