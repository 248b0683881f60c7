import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { loadConfig } from '../config/index.js';
import { Failure, usageFailure } from '../failure.js';
import { atomicWrite, diskFailure, makeDirectory } from '../run/index.js';
import { configIdentity } from './config-identity.js';
import type { SweepJob } from './plan-sweep.js';
import type { SweepCommand } from './sweep-command.js';
import { sweepFileOf, type SweepRequest } from './sweep-request.js';
import type { Settings } from './sweep-settings.js';

const FILE = 'sweep.yaml';
const PLAN = 'plan.json';
const CONFIGS = 'configs';
const LOCK = '.lock';

/** `plan.json`: the jobs of a sweep. */
export interface SweepPlan {
  format: 1;
  name: string;
  commands: readonly SweepCommand[];
  /** What summary and figures show, where it was asked for. */
  metrics?: readonly string[];
  jobs: { name: string; settings: Settings }[];
}

/**
 * The directory of a sweep:
 *
 * ```
 * sweep.yaml, plan.json   what was asked for, and the jobs that are
 * configs/<job>.yaml      the configuration of each
 * jobs/<job>/             its run directory
 * logs/<job>.log          what it wrote
 * outcomes/<job>.json     how it ended
 * slurm/                  job arrays
 * summary.*, report.html  the numbers of all jobs
 * tensorboard/            the table of hyperparameters
 * ```
 */
export class SweepDirectory {
  /** What `make` made: a sweep that was not there, and the folder it is in. */
  #made = { sweep: false, folder: false };

  private constructor(readonly root: string) {}

  /** Whether there is a sweep at a path. */
  static isAt(path: string): boolean {
    return existsSync(join(path, FILE)) && existsSync(join(path, PLAN));
  }

  /** The sweep at a path. @throws Failure (exit code 2) when there is none */
  static open(path: string): SweepDirectory {
    const root = resolve(path);
    if (!SweepDirectory.isAt(root)) {
      throw usageFailure(
        `expected the directory of a sweep (with ${FILE} and ${PLAN}), got ${root}. Make one with: shaped sweep`,
      );
    }
    return new SweepDirectory(root);
  }

  /**
   * The directory that a sweep goes to; nothing is made yet.
   *
   * @throws Failure (exit code 2) when it holds something else
   */
  static at(path: string): SweepDirectory {
    const root = resolve(path);
    let present: string[] = [];
    try {
      if (existsSync(root)) present = readdirSync(root);
    } catch (cause) {
      throw usageFailure(`--out: ${diskFailure('read', root, cause).message}`, { cause });
    }
    if (present.some((name) => name !== LOCK) && !present.includes(FILE)) {
      throw usageFailure(
        `--out: expected a new or empty directory, or that of a sweep, got ${root}, which holds other files. Choose another.`,
      );
    }
    return new SweepDirectory(root);
  }

  /** Makes the folder. @throws Failure (exit code 2) when it cannot be written to */
  make(): void {
    this.#made = { sweep: !existsSync(this.path(FILE)), folder: !existsSync(this.root) };
    try {
      makeDirectory(this.root);
    } catch (cause) {
      throw usageFailure(`--out: ${diskFailure('write', this.root, cause).message}`, { cause });
    }
  }

  /**
   * Removes the sweep if this object made it and no job was begun, so that what was refused leaves
   * nothing behind.
   */
  removeIfUnused(): void {
    const begun = ['jobs', 'outcomes'].some((name) => existsSync(this.path(name)));
    if (!this.#made.sweep || begun) return;
    for (const name of [FILE, PLAN, LOCK, CONFIGS, 'logs', 'slurm']) {
      rmSync(this.path(name), { recursive: true, force: true });
    }
    if (this.#made.folder && readdirSync(this.root).length === 0) rmdirSync(this.root);
  }

  /** The path of a file or folder inside. */
  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  runPath(job: string): string {
    return this.path('jobs', job);
  }

  configPath(job: string): string {
    return this.path(CONFIGS, `${job}.yaml`);
  }

  logPath(job: string): string {
    return this.path('logs', `${job}.log`);
  }

  outcomePath(job: string): string {
    return this.path('outcomes', `${job}.json`);
  }

  /** The names of all jobs that were ever planned here, by `configIdentity`. */
  knownJobs(): Map<string, string> {
    if (!existsSync(this.path(CONFIGS))) return new Map();
    const known = new Map<string, string>();
    for (const file of readdirSync(this.path(CONFIGS)).sort()) {
      if (!file.endsWith('.yaml')) continue;
      try {
        const config = loadConfig(this.path(CONFIGS, file));
        known.set(configIdentity(config), file.slice(0, -'.yaml'.length));
      } catch (error) {
        // One of another version, whose keys are others: no job of now has it.
        if (!(error instanceof Failure)) throw error;
      }
    }
    return known;
  }

  /** Records what was asked for and the jobs that follow from it. */
  writePlan(request: SweepRequest, jobs: readonly SweepJob[]): void {
    for (const { name, config } of jobs) {
      const text = stringify(config);
      const path = this.configPath(name);
      if (!existsSync(path) || readFileSync(path, 'utf8') !== text) atomicWrite(path, text);
    }
    const plan: SweepPlan = {
      format: 1,
      name: request.name,
      commands: request.commands,
      ...(request.metrics === undefined ? {} : { metrics: request.metrics }),
      jobs: jobs.map(({ name, settings }) => ({ name, settings })),
    };
    atomicWrite(this.path(FILE), stringify(sweepFileOf(request)));
    atomicWrite(this.path(PLAN), `${JSON.stringify(plan, null, 2)}\n`);
  }

  /** The path of the recorded sweep file. */
  get file(): string {
    return this.path(FILE);
  }

  /** The recorded plan. @throws Failure when it is missing or damaged */
  plan(): SweepPlan {
    const path = this.path(PLAN);
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as SweepPlan;
    } catch (cause) {
      throw new Failure(
        `${path}: expected the plan of a sweep, got damaged content. Run the sweep again.`,
        undefined,
        { cause },
      );
    }
  }

  /** The configuration of a job. @throws Failure when it is missing or wrong */
  config(job: string) {
    return loadConfig(this.configPath(job));
  }
}
