import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { tmpdir } from 'node:os';
import { performance } from 'node:perf_hooks';
import { SHAPED } from './repository.ts';

/** How a command ended. */
export interface Ended {
  /** The exit code; null when a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** From start to end. */
  seconds: number;
}

export interface ShapedOptions {
  /** The current directory; the system's temporary one by default, never the repository. */
  cwd?: string;
  /** Added to the environment; undefined removes. */
  env?: Record<string, string | undefined>;
}

/** A command that was started. */
export interface Started {
  process: ChildProcessWithoutNullStreams;
  ended: Promise<Ended>;
  /** What it has written so far. */
  stdout: () => string;
  stderr: () => string;
  /** Resolves when standard error matches; rejects when the command ends first. */
  says: (pattern: RegExp) => Promise<void>;
}

/** The environment of a user: what the test runner and the shell added is left out. */
function environment(added: ShapedOptions['env'] = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) =>
      !/^(VITEST|SHAPED_|NODE_ENV$|NODE_OPTIONS$|TEST$|FORCE_COLOR$|NO_COLOR$)/.test(name),
  );
  // Tests see no installations of the user who runs them.
  return { ...Object.fromEntries(own), SHAPED_CACHE: process.env['SHAPED_CACHE'], ...added };
}

/** Longer than any command of these tests takes on a busy machine. */
const LONGEST_COMMAND_MS = 150_000;

/** Starts the built command as a user would. */
export function startShaped(args: readonly string[], options: ShapedOptions = {}): Started {
  const start = performance.now();
  const child = spawn(process.execPath, [SHAPED, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: environment(options.env),
  });
  // A command that never ends fails its test instead of outliving it.
  const limit = setTimeout(() => child.kill('SIGKILL'), LONGEST_COMMAND_MS);
  child.stdin.end();
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      const seconds = (performance.now() - start) / 1000;
      resolve({ code, signal, stdout, stderr, seconds });
    });
  });
  const says = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!pattern.test(stderr)) return;
        child.stderr.off('data', look);
        resolve();
      };
      child.stderr.on('data', look);
      look();
      void ended.then(({ code, signal }) =>
        reject(new Error(`ended (${code ?? signal}) before ${pattern}:\n${stderr}`)),
      );
    });
  return { process: child, ended, stdout: () => stdout, stderr: () => stderr, says };
}

/** Runs the built command to its end. */
export function shaped(args: readonly string[], options?: ShapedOptions): Promise<Ended> {
  return startShaped(args, options).ended;
}
