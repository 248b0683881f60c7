import { join } from 'node:path';
import { EXIT, usageFailure } from '../../failure.js';
import { selectReporter } from '../../progress/index.js';
import { readManifest, RunDirectory } from '../../run/index.js';
import type { Command } from '../command.js';
import { outputOptions, type OutputArguments } from '../options.js';

interface ReportArguments extends OutputArguments {
  runs: string[];
  out?: string;
}

/** `shaped report`: one page with figures from run directories, or from a sweep. */
export const report: Command<ReportArguments> = {
  usage: 'report <runs..>',
  describe: 'Write a self-contained page of figures from runs',
  interrupted: 'No page was written.',
  options: (yargs) =>
    outputOptions(
      yargs.positional('runs', {
        type: 'string',
        array: true,
        demandOption: true,
        default: undefined, // else the help shows an empty list
        describe: 'Run directories, several side by side; or that of a sweep',
      }),
    )
      .option('out', {
        alias: 'o',
        type: 'string',
        requiresArg: true,
        describe: 'Page to write; report.html in the first run by default',
        group: 'Output:',
      })
      .example('$0 report runs/quickstart', 'writes runs/quickstart/report.html')
      .example('$0 report runs/a runs/b -o both.html', 'two runs on one page'),
  run: async ({ runs: paths, out, ...output }, { streams, signal }) => {
    const { SweepDirectory } = await import('../../sweep/sweep-directory.js');
    const swept = paths.filter((path) => SweepDirectory.isAt(path));
    if (swept.length > 0) {
      if (paths.length > 1) {
        throw usageFailure(
          `expected runs, or one sweep alone, got the sweep ${swept[0]} among ${paths.length} directories. Name it alone.`,
        );
      }
      const sweep = SweepDirectory.open(swept[0]);
      const { writeSummary } = await import('../../sweep/write-summary.js');
      const { runSweepReport } = await import('../../report/index.js');
      const summary = writeSummary(sweep);
      const page = await runSweepReport({ sweep, summary, out, signal });
      selectReporter(output, streams).result(`report: ${page}`, { report: page });
      return EXIT.done;
    }
    const runs = paths.map((path) => RunDirectory.open(path));
    for (const run of runs) {
      const { probe, train, map } = readManifest(run).steps;
      if ([probe, train, map].every((step) => step?.end === undefined)) {
        throw usageFailure(
          `expected something complete to show in ${run.root}, got neither probe nor train nor map. Make it first: shaped run --out ${run.root}`,
        );
      }
    }
    const reporter = selectReporter(output, streams);
    try {
      const { runReport } = await import('../../report/index.js');
      const page = out ?? join(runs[0].root, 'report.html');
      await runReport({ runs, out: page, reporter, signal });
    } finally {
      reporter.close();
    }
    return EXIT.done;
  },
};
