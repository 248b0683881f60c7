import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SelectedBackend } from '../backend/index.js';
import type { CommandContext } from '../context.js';
import { EXIT, Failure } from '../failure.js';
import { selectReporter } from '../progress/index.js';
import {
  beginCommand,
  endCommand,
  lockRun,
  readManifest,
  RunDirectory,
  updateManifest,
} from '../run/index.js';
import type { Session } from './command.js';
import type { RunArguments } from './options.js';
import { resolveConfig } from './resolve-config.js';

/**
 * The backend of a run, started at the first call and written into the manifest. A run that was made
 * with one goes on with it where the choice is free: no number of another comes among its own.
 */
function lazyBackend(
  context: Pick<CommandContext, 'config' | 'run' | 'reporter'>,
): () => Promise<SelectedBackend> {
  let selected: Promise<SelectedBackend> | undefined;
  const start = async () => {
    const { selectBackend } = await import('../backend/index.js'); // loads tfjs
    const { backend: asked } = context.config;
    const before = readManifest(context.run).backend?.name as SelectedBackend['name'] | undefined;
    const backend =
      asked === 'auto' && before !== undefined
        ? await selectBackend(before, {}, 'the run was begun with it')
        : await selectBackend(asked);
    const { name, version, simd, reason } = backend;
    const what = version ? ` ${version}` : simd ? ' with SIMD' : '';
    context.reporter.line(`backend: ${name}${what} (${reason})`);
    for (const note of backend.notes) context.reporter.warn(note);
    updateManifest(context.run, (manifest) => (manifest.backend = backend));
    return backend;
  };
  return () => (selected ??= start());
}

/** How a command ended, for the manifest. */
function endOf(error: unknown): Parameters<typeof endCommand>[1] {
  const exitCode = error instanceof Failure ? error.exitCode : EXIT.failed;
  const interrupted = exitCode === EXIT.interrupted || exitCode === EXIT.terminated;
  const message = error instanceof Error ? error.message : String(error);
  return { status: interrupted ? 'interrupted' : 'failed', exitCode, message };
}

/**
 * Records how the command failed. Where the disk fails too, or the directory is gone, nothing is
 * recorded: what failed first is what the user must hear of.
 */
function recordFailure(run: RunDirectory, end: ReturnType<typeof endOf>): void {
  try {
    if (end.exitCode !== EXIT.usage || !run.removeIfUnused()) endCommand(run, end);
  } catch {
    return;
  }
}

/**
 * Runs `work` in the run directory of a command line: resolves the configuration, opens and locks
 * the directory, and records in its manifest when the command started and how it ended, also when
 * it fails or is interrupted. A new directory that nothing came of, as the command was refused, is
 * removed again.
 *
 * @returns the exit code that `work` returns
 */
export async function inRun(
  command: string,
  args: RunArguments,
  session: Session,
  work: (context: CommandContext) => Promise<number>,
): Promise<number> {
  const { config, out } = resolveConfig(args, session.env, command);
  const reporter = selectReporter(args, session.streams);
  // A run that another process works on must not be changed, least of all removed by --fresh.
  const held = existsSync(join(out, 'config.yaml')) ? lockRun(RunDirectory.open(out)) : undefined;
  let run: RunDirectory;
  let unlock: () => void;
  try {
    run = RunDirectory.create(out, config, { fresh: args.fresh ?? false });
    unlock = held ?? lockRun(run);
  } catch (error) {
    held?.();
    throw error;
  }
  process.once('exit', unlock);
  try {
    beginCommand(run, command, session.argv);
    const context = { config, run, reporter, signal: session.signal };
    const exitCode = await work({ ...context, backend: lazyBackend(context) });
    endCommand(run, { status: 'done', exitCode });
    return exitCode;
  } catch (error) {
    recordFailure(run, endOf(error));
    throw error;
  } finally {
    reporter.close();
    process.off('exit', unlock);
    unlock();
  }
}
