/**
 * Runs one experiment and writes its section of docs/results.md with its figures:
 *
 *     npx nx run experiments:training             # everything, resumable
 *     npx nx run experiments:training -- --quick  # small, to runs/experiments-quick
 *
 * Exit codes: 0 done; 1 a job failed; 2 usage; 130 and 143 interrupted.
 */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { UsageError } from './lib/problem.mjs';
import { experimentNames, readExperiment } from './lib/read-experiment.mjs';
import { runSweeps, SweepFailure } from './lib/run-sweeps.mjs';
import { writeResults } from './lib/write-results.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const USAGE = `usage: npx nx run experiments:<name> -- [options], <name> one of ${experimentNames().join(', ')}

  --quick        a small form of it, in minutes; nothing in docs changes
  --out <folder> where its runs go (default runs/experiments, with --quick runs/experiments-quick)
  --jobs <n>     jobs at once (default: what cores and memory allow)
  --report       run nothing: write the section from the runs there are
  --help         print this

Interrupt it at any time: the same command goes on with what is missing.`;

function options(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        report: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        out: { type: 'string' },
        jobs: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(`experiments: ${error.message}\n\n${USAGE}`);
  }
}

async function main(args) {
  const { values, positionals } = options(args);
  if (values.help) {
    console.log(USAGE);
    return;
  }
  if (positionals.length !== 1) {
    throw new UsageError(`experiments: expected one name, got ${positionals.length}.\n\n${USAGE}`);
  }
  const experiment = readExperiment(positionals[0], values.quick);
  const folder = join(
    resolve(ROOT, values.out ?? (values.quick ? 'runs/experiments-quick' : 'runs/experiments')),
    experiment.name,
  );
  const directories = values.report
    ? Object.fromEntries(
        Object.keys(experiment.sweeps).map((sweep) => [sweep, join(folder, sweep)]),
      )
    : runSweeps(experiment, folder, values.jobs);
  const { results } = await import(`./lib/${experiment.name}.mjs`);
  const page = values.quick ? join(folder, 'results.md') : join(ROOT, 'docs/results.md');
  if (values.quick) rmSync(page, { force: true });
  await writeResults(page, experiment, await results(directories, experiment));
  console.log(`Written to ${page}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode =
    error instanceof UsageError ? 2 : error instanceof SweepFailure ? error.code : 1;
}
