import { spawn, type ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Failure, usageFailure } from '../failure.js';
import { findTensorboard, type TensorboardCommand } from './find-tensorboard.js';
import { forwardSignals } from './forward-signals.js';
import { serverUrl } from './server-url.js';

/** How to start TensorBoard. */
export interface LaunchTensorboardOptions {
  /** Folder whose runs are shown. */
  logdir: string;
  /** Defaults to 6006; 0 takes any free one. */
  port?: number;
  /** Defaults to localhost, so that only this machine can open it. */
  host?: string;
  /** Points kept for every tag, by plugin, on top of the defaults. */
  samplesPerPlugin?: Readonly<Record<string, number>>;
  /** How often new values are read. Defaults to 5. */
  reloadSeconds?: number;
  /** Defaults to what `findTensorboard` finds. */
  command?: TensorboardCommand;
  /** Where the address is printed. Defaults to `console.log`. */
  print?: (line: string) => void;
  /** Ends TensorBoard when aborted. */
  signal?: AbortSignal;
  /** Whether this process's SIGINT, SIGTERM and SIGHUP go on to TensorBoard. Defaults to true. */
  forwardSignals?: boolean;
  /** Time for the first answer. Defaults to 60 s: a first start compiles all its Python. */
  timeoutMs?: number;
}

/** A TensorBoard that answers. */
export interface RunningTensorboard {
  url: string;
  process: ChildProcess;
  /** Settles when it has ended. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Ends it, and settles when it has ended. */
  stop(): Promise<void>;
}

/**
 * Kept instead of TensorBoard's 1,000 scalars, 10 images, 500 histograms and 10 texts a tag, which
 * would thin out training curves and hide layers.
 */
const SAMPLES_PER_PLUGIN = { scalars: 10_000, images: 200, histograms: 1_000, text: 100 };

/** Time between SIGTERM and SIGKILL. */
const STOP_GRACE_MS = 5_000;

/** In TensorBoard's error output when it may not listen on the port. */
const PORT_TAKEN = /already in use/;

/** As much of the error output as goes into a message. */
const ERROR_CHARACTERS = 2_000;

/**
 * A TensorBoard on the log folder, once it answers; its address has been printed by then.
 *
 * @throws Failure when there is no such folder or no TensorBoard, when it ends before it answers (the
 * port is taken, say; the message holds its words), or does not answer in time
 */
export async function launchTensorboard(
  options: LaunchTensorboardOptions,
): Promise<RunningTensorboard> {
  const { port = 6006, print = console.log, timeoutMs = 60_000 } = options;
  const logdir = existingFolder(options.logdir);
  checkPort(port);
  const { command, args } = options.command ?? findTensorboard();
  options.signal?.throwIfAborted();
  const child = spawn(command, [...args, ...tensorboardArguments(options, logdir, port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PYTHONUNBUFFERED: '1' },
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) => {
    child.once('error', () => done({ code: null, signal: null }));
    child.once('exit', (code, signal) => done({ code, signal }));
  });
  const stop = async () => {
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
    child.kill('SIGTERM');
    await exited;
    clearTimeout(kill);
  };
  const killWithUs = () => child.kill('SIGKILL');
  const abort = () => void stop();
  const release = options.forwardSignals === false ? () => {} : forwardSignals(child);
  process.once('exit', killWithUs);
  options.signal?.addEventListener('abort', abort, { once: true });
  void exited.then(() => {
    release();
    process.off('exit', killWithUs);
    options.signal?.removeEventListener('abort', abort);
  });
  try {
    const url = await serverUrl(child, timeoutMs);
    print(`TensorBoard shows ${logdir} at ${url} (Ctrl-C ends it)`);
    return { url, process: child, exited, stop };
  } catch (cause) {
    await stop();
    options.signal?.throwIfAborted();
    throw launchFailure(command, port, cause);
  }
}

function launchFailure(command: string, port: number, cause: unknown): Failure {
  const said = cause instanceof Error ? cause.message : String(cause);
  const message = PORT_TAKEN.test(said)
    ? `expected port ${port} to be free, got one in use. Choose another, or 0 for any free one.`
    : `expected ${command} to answer, got: ${said.slice(-ERROR_CHARACTERS)}\n` +
      `Correct what it complains about, or install TensorBoard anew.`;
  return new Failure(`launchTensorboard: ${message}`, undefined, { cause });
}

function tensorboardArguments(
  options: LaunchTensorboardOptions,
  logdir: string,
  port: number,
): string[] {
  const samples = Object.entries({ ...SAMPLES_PER_PLUGIN, ...options.samplesPerPlugin });
  return [
    ...['--logdir', logdir],
    ...['--host', options.host ?? 'localhost'],
    ...['--port', String(port)],
    ...['--reload_interval', String(options.reloadSeconds ?? 5)],
    ...['--samples_per_plugin', samples.map(([plugin, count]) => `${plugin}=${count}`).join(',')],
  ];
}

function existingFolder(logdir: string): string {
  const path = resolve(logdir);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new Failure(
    `launchTensorboard: expected logdir to be a folder, got ${path}, which is none. ` +
      `Give the folder of a run, or one above several runs.`,
  );
}

function checkPort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return;
  throw usageFailure(
    `launchTensorboard: expected port to be an integer from 0 to 65535, got ${port}. ` +
      `0 takes a free one.`,
  );
}
