import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { atomicWrite, makeDirectory } from '../../run/index.js';
import type { SweepDirectory } from '../sweep-directory.js';

const FOLDER = 'slurm';
const JOBS = '.jobs';

/**
 * The job arrays of a sweep, each a name that Slurm knows it by and a file with its jobs in
 * `slurm/<name>.jobs`. The file is written before the array is submitted, so that none is ever lost.
 */
export class SlurmArrays {
  readonly #sweep: SweepDirectory;
  /** Begins the name of every array of this sweep, and of no other: its folder is in it. */
  readonly #prefix: string;

  constructor(sweep: SweepDirectory) {
    this.#sweep = sweep;
    const hash = createHash('sha256').update(sweep.root).digest('hex').slice(0, 8);
    this.#prefix = `shaped-${hash}-`;
  }

  /** The names of all arrays, in the order they were made. */
  names(): string[] {
    const folder = this.#sweep.path(FOLDER);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => name.startsWith(this.#prefix) && name.endsWith(JOBS))
      .map((name) => name.slice(0, -JOBS.length))
      .sort((a, b) => this.#number(a) - this.#number(b));
  }

  /** The jobs of an array, in the order of its tasks. */
  jobs(array: string): string[] {
    return readFileSync(this.path(array, JOBS), 'utf8').trimEnd().split('\n');
  }

  /** Makes the next array of jobs; returns its name. */
  add(jobs: readonly string[]): string {
    const last = this.names().at(-1);
    const name = `${this.#prefix}${last === undefined ? 1 : this.#number(last) + 1}`;
    makeDirectory(this.#sweep.path('logs'));
    atomicWrite(this.path(name, JOBS), `${jobs.join('\n')}\n`);
    return name;
  }

  /** A file of an array. */
  path(array: string, ending: string): string {
    return this.#sweep.path(FOLDER, `${array}${ending}`);
  }

  /** The file of the jobs of an array. */
  jobsPath(array: string): string {
    return this.path(array, JOBS);
  }

  #number(array: string): number {
    return Number(array.slice(this.#prefix.length));
  }
}
