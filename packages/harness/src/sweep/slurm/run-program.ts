import { execFile } from 'node:child_process';
import { usageFailure } from '../../failure.js';

/** Time for a command of Slurm on a busy controller. */
const TIMEOUT_MS = 120_000;

/** How a program ended and what it wrote. */
export interface ProgramResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end; replaced in tests. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<ProgramResult>;

/** Runs a command of Slurm. @throws Failure (exit code 2) when there is none on this machine */
export const runProgram: RunProgram = (program, args) =>
  new Promise((resolve, reject) => {
    const options = { timeout: TIMEOUT_MS, maxBuffer: 2 ** 28 };
    execFile(program, [...args], options, (error, stdout, stderr) => {
      const { code } = (error ?? { code: 0 }) as { code?: number | string };
      if (code === 'ENOENT') {
        const advice = 'Run this on a machine of the cluster, or leave --launcher slurm out.';
        reject(
          usageFailure(`--launcher slurm: expected ${program} on the PATH, got none. ${advice}`),
        );
        return;
      }
      const late = error !== null && typeof code !== 'number';
      resolve({
        code: typeof code === 'number' ? code : 1,
        stdout,
        stderr: late ? `${stderr}${error.message}` : stderr,
      });
    });
  });
