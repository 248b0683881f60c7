import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, usageFailure } from '../../failure.js';
import { selectReporter } from '../../progress/index.js';
import type { Reporter } from '../../progress/reporter.js';
import type { Launcher, SweepDirectory, SweepJob, SweepRequest } from '../../sweep/index.js';
import type { Command, Session } from '../command.js';
import { SWEEP_CODES } from '../exit-codes.js';
import { outputOptions, seedOption, setOption, textOption, type RunArguments } from '../options.js';
import { overridesOf } from '../resolve-config.js';

const LAUNCHERS = ['local', 'slurm'] as const;

interface SweepArguments extends Pick<
  RunArguments,
  'config' | 'set' | 'data' | 'backend' | 'seed' | 'out' | 'quiet' | 'json'
> {
  file?: string;
  name?: string;
  command?: string[];
  grid?: string[];
  zip?: string[];
  seeds?: string;
  metric?: string[];
  dryRun?: boolean;
  failFast?: boolean;
  launcher?: string;
  jobs?: string;
  threads?: string;
  retries?: string;
  partition?: string;
  time?: string;
  cpus?: string;
  sbatch?: string[];
}

/** The module that is the process of one job. */
const JOB_PROCESS = new URL('../sweep-job.js', import.meta.url);

const list = (describe: string, group: string) => ({
  ...{ type: 'string' as const, array: true as const, nargs: 1, describe, group },
});

/** Words that may stand in several options or in one with commas. */
const words = (given: readonly string[] | undefined) =>
  given?.flatMap((text) => text.split(',').map((word) => word.trim()));

/** A whole number of an option. @throws Failure (exit code 2) when it is none */
function wholeNumber(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw usageFailure(`--${option}: expected a whole number of at least ${least}, got ${text}.`);
}

/** The numbers of the command line. @throws Failure (exit code 2) when one is none */
const numbersOf = ({ jobs, threads, retries }: SweepArguments) => ({
  jobs: wholeNumber('jobs', jobs, 1),
  threads: wholeNumber('threads', threads, 1),
  retries: wholeNumber('retries', retries, 0),
});

/** The settings of Slurm on the command line. */
function slurmOf({ partition, time, cpus, sbatch }: SweepArguments) {
  const given = {
    ...(partition === undefined ? {} : { partition }),
    ...(time === undefined ? {} : { time }),
    ...(cpus === undefined ? {} : { cpus: wholeNumber('cpus', cpus, 1) }),
    ...(sbatch === undefined ? {} : { options: sbatch }),
  };
  return Object.keys(given).length > 0 ? given : undefined;
}

/** What the file, or the sweep that is in the directory, and the options ask for. */
async function requestOf(args: SweepArguments, env: NodeJS.ProcessEnv): Promise<SweepRequest> {
  const { readSweep } = await import('../../sweep/index.js');
  const own = args.out === undefined ? undefined : join(args.out, 'sweep.yaml');
  const again = args.file === undefined && own !== undefined && existsSync(own);
  return readSweep(again ? own : args.file, {
    name: args.name,
    commands: words(args.command),
    config: args.config,
    overrides: overridesOf({ ...args, workers: undefined }, env),
    grid: args.grid,
    zip: args.zip,
    seeds: args.seeds,
    metrics: words(args.metric),
    slurm: slurmOf(args),
  });
}

/** Refuses a choice of launcher that does not exist. */
function launcherOf({ launcher = 'local' }: SweepArguments): (typeof LAUNCHERS)[number] {
  const chosen = LAUNCHERS.find((name) => name === launcher);
  if (chosen !== undefined) return chosen;
  throw usageFailure(`--launcher: expected ${LAUNCHERS.join(' or ')}, got ${launcher}.`);
}

/** Makes the launcher of the jobs that are to be done. */
async function makeLauncher(
  args: SweepArguments,
  {
    sweep,
    request,
    pending,
  }: { sweep: SweepDirectory; request: SweepRequest; pending: readonly SweepJob[] },
  { env }: Session,
): Promise<Launcher> {
  const { jobsInSlurm, localCapacity, localLauncher, slurmLauncher, thisMachineNow } =
    await import('../../sweep/index.js');
  const program = [process.execPath, fileURLToPath(JOB_PROCESS)] as const;
  const { retries, ...asked } = numbersOf(args);
  if (launcherOf(args) === 'slurm') {
    const { slurm } = request;
    return slurmLauncher({
      ...{ sweep, settings: slurm, program, most: asked.jobs, retries: retries ?? 1 },
      threads: asked.threads ?? slurm.cpus ?? 1,
    });
  }
  const there = new Set(await jobsInSlurm(sweep));
  const busy = pending.filter(({ name }) => there.has(name)).length;
  if (busy > 0) {
    throw usageFailure(
      `--launcher local: ${busy} of the jobs are in Slurm's queue. Come back to them by --launcher slurm, or cancel them first.`,
    );
  }
  const capacity = localCapacity(pending, request.commands, thisMachineNow(), asked);
  return localLauncher({ sweep, program, env, ...capacity, retries: retries ?? 0 });
}

/** What `--dry-run` shows: the jobs and how each stands. */
async function showPlan(
  {
    sweep,
    request,
    jobs,
  }: { sweep: SweepDirectory; request: SweepRequest; jobs: readonly SweepJob[] },
  reporter: Reporter,
): Promise<void> {
  const { pendingJobs, readOutcome } = await import('../../sweep/index.js');
  const pending = new Set(pendingJobs(sweep, jobs, request).map(({ name }) => name));
  const stateOf = (name: string) => {
    if (!pending.has(name)) return 'done';
    return readOutcome(sweep, name)?.status === 'failed' ? 'failed' : 'to do';
  };
  const rows = jobs.map(({ name, settings }) => ({ job: name, state: stateOf(name), settings }));
  const lines = rows.map(({ job, state }) => `${state.padEnd(6)}  ${job}`);
  const counts = `${jobs.length} jobs of shaped ${request.commands.join(', then ')} in ${sweep.root}, ${pending.size} to do`;
  reporter.result([counts, ...lines].join('\n'), {
    ...{ sweep: sweep.root, commands: request.commands, jobs: rows },
  });
}

/** `shaped sweep`: a command over grids, lists and seeds. */
export const sweep: Command<SweepArguments> = {
  usage: 'sweep [file]',
  describe: 'Repeat a command over grids, lists and seeds of any key',
  exitCodes: SWEEP_CODES,
  interrupted: 'What is complete is kept; the same command goes on from there.',
  options: (yargs) => {
    const what = (describe: string) => textOption(describe, 'Sweep:');
    const shared = (describe: string) => textOption(describe, 'Configuration:');
    const launch = (describe: string) => textOption(describe, 'Jobs:');
    const slurm = (describe: string) => textOption(describe, 'Slurm:');
    return outputOptions(
      yargs.positional('file', { type: 'string', describe: 'Sweep file, YAML or JSON' }),
    )
      .option('command', list('Command of every job, as train; several in turn', 'Sweep:'))
      .option(
        'grid',
        list('Key and its values, as model.gamma=0.1,0.2; all combinations', 'Sweep:'),
      )
      .option('zip', list('Key and its values, taken together with those of other --zip', 'Sweep:'))
      .option('seeds', what('Number of seeds, or a list of them as 0,1,5'))
      .option('metric', list('Metric of tables and figures, as train.validationLoss', 'Sweep:'))
      .option('name', what('Name of the sweep; that of the file'))
      .option('dry-run', {
        type: 'boolean',
        describe: 'List the jobs and how each stands; run none',
        group: 'Sweep:',
      })
      .option('config', { ...shared('YAML or JSON file that all jobs share'), alias: 'c' })
      .option('set', setOption('model.depth=50'))
      .option('data', shared('Text: sotu, or your own file or folder'))
      .option('backend', shared('tfjs backend: auto, tensorflow, wasm or cpu'))
      .option('seed', seedOption)
      .option('launcher', launch('Where jobs run: local or slurm; local'))
      .option('jobs', {
        ...launch('Jobs at once; what cores and memory carry, in Slurm all'),
        alias: 'j',
      })
      .option('threads', launch('Threads of a job; 1, or what cores are left'))
      .option('retries', launch('Times a killed job is begun again; 0, in Slurm 1'))
      .option('fail-fast', {
        type: 'boolean',
        describe: 'Stop at the first job that fails',
        group: 'Jobs:',
      })
      .option('partition', slurm('Partition of the jobs'))
      .option('time', slurm('Time limit of a job, as 30 (minutes) or 2:00:00'))
      .option('cpus', slurm('Processors of a job; 1'))
      .option('sbatch', list('Any option of sbatch, as --sbatch=--mem=4G', 'Slurm:'))
      .option('out', { ...textOption('Directory; runs/<name> by default', 'Output:'), alias: 'o' })
      .example('$0 sweep my.yaml', 'what the file says; again, what is missing')
      .example('$0 sweep --command probe --grid model.gamma=0,1', 'two jobs, without a file')
      .example('$0 sweep my.yaml --dry-run', 'which jobs, and which are done')
      .example('$0 sweep my.yaml --launcher slurm --time 60', 'as job arrays of Slurm');
  },
  run: async (args, session) => {
    // What is wrong with these shall be said before anything is made.
    launcherOf(args);
    numbersOf(args);
    const request = await requestOf(args, session.env);
    const { planSweep, runSweep, summaryMarkdown, SweepDirectory } =
      await import('../../sweep/index.js');
    const directory = SweepDirectory.at(args.out ?? join('runs', request.name));
    const jobs = planSweep(request, directory.knownJobs());
    const reporter = selectReporter(args, session.streams);
    try {
      const plan = { sweep: directory, request, jobs };
      if (args.dryRun) {
        await showPlan(plan, reporter);
        return EXIT.done;
      }
      const { exitCode, summary, failed } = await runSweep(directory, {
        ...{ request, jobs, reporter, signal: session.signal, failFast: args.failFast ?? false },
        launcher: (pending) => makeLauncher(args, { ...plan, pending }, session),
      });
      const { runSweepReport } = await import('../../report/index.js');
      const report = await runSweepReport({ sweep: directory, summary, signal: session.signal });
      const done = summary.jobs.filter(({ state }) => state === 'done').length;
      const here = relative(process.cwd(), directory.root) || '.';
      const root = here.startsWith('..') ? directory.root : here;
      const closing = [
        '',
        `Jobs:    ${done} of ${jobs.length} done${done < jobs.length ? '; the same command begins the others again' : ''}`,
        `Report:  ${report}  (open it in a browser)`,
        `Logs:    shaped tensorboard ${root}`,
        `Numbers: ${directory.path('summary.csv')}, summary.json, summary.md`,
      ];
      reporter.result([summaryMarkdown(summary), ...closing].join('\n'), {
        ...{ sweep: directory.root, exitCode, report, failed, ...summary },
      });
      return exitCode;
    } finally {
      reporter.close();
    }
  },
};
