import { spawn } from 'node:child_process';
import { Failure, interruption, throwIfInterrupted } from '../../failure.js';

/** As much of a tool's words as goes into a message. */
const ERROR_LINES = 12;

export interface ToolOptions {
  signal?: AbortSignal;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

/** Tools at work, to be ended when this process ends at once. */
const running = new Set<number>();
const endAll = () => running.forEach(endGroup);

/** Ends a process and those it started. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}

/** A program that did not do its work; `missing` when there is no such program. */
export class ToolFailure extends Failure {
  constructor(
    message: string,
    readonly missing: boolean,
  ) {
    super(message);
  }
}

/**
 * What a program prints to standard output. It runs in a process group of its own, so that an
 * interruption ends whatever it started, too.
 *
 * @throws ToolFailure with the end of what it said, when it is missing or fails; the interruption
 *   when `signal` is aborted
 */
export function runTool(
  command: string,
  args: readonly string[],
  { signal, env = process.env, cwd }: ToolOptions = {},
): Promise<string> {
  throwIfInterrupted(signal);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...{ env, cwd, detached: true },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { pid } = child;
    const stop = () => pid !== undefined && endGroup(pid);
    if (pid !== undefined) {
      if (running.size === 0) process.once('exit', endAll);
      running.add(pid);
    }
    signal?.addEventListener('abort', stop, { once: true });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = () => {
      signal?.removeEventListener('abort', stop);
      if (pid !== undefined) running.delete(pid);
      if (running.size === 0) process.off('exit', endAll);
    };
    child.once('error', ({ message }) => {
      ended();
      reject(new ToolFailure(`${command} does not start: ${message}`, true));
    });
    child.once('close', (code, killed) => {
      ended();
      if (signal?.aborted) return reject(interruption(signal));
      if (code === 0) return resolve(stdout);
      const tail = `${stderr}\n${stdout}`.trim().split('\n').slice(-ERROR_LINES).join('\n');
      const how = killed === null ? `exit code ${code}` : `signal ${killed}`;
      reject(new ToolFailure(`${command} ended with ${how}:\n${tail}`, false));
    });
  });
}
