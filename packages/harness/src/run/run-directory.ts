import { existsSync, readFileSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { loadConfig, type Config } from '../config/index.js';
import { Failure, usageFailure } from '../failure.js';
import { atomicWrite, diskFailure } from './atomic-write.js';
import { differences } from './differences.js';
import { makeDirectory } from './make-directory.js';
import { runIdentity, trainingInputs } from './steps.js';

/** What keeps other processes out while one works on the run. */
export const LOCK = '.lock';

/** What is in the directory before any step begins. */
const PREAMBLE = ['config.yaml', 'manifest.json', LOCK];

/** What a run writes at the top of its directory; nothing else is ever removed. */
const OWN = [
  ...PREAMBLE,
  ...['probe', 'predict', 'check', 'train', 'map'],
  ...['results', 'tensorboard', 'report.html'],
];

/**
 * The directory of one run, the only thing that passes between commands:
 *
 * ```
 * config.yaml, manifest.json   what was asked for, and on what it ran
 * results/                     what each step printed
 * probe/<block>/               layers.jsonl, gradients.jsonl, *.npy: measured networks
 * predict/sde, predict/chain   bands.jsonl, *.npy: theory from the same V0
 * check/verdict.json           the comparison
 * train/                       metrics.jsonl, checkpoints and the trained weights
 * map/                         cells.jsonl, map.json: the phase diagram
 * tensorboard/                 event files
 * report.html                  figures
 * ```
 */
export class RunDirectory {
  private constructor(
    readonly root: string,
    /** Whether this object made the run, and the folder it is in. */
    private readonly made: { run: boolean; folder: boolean } = { run: false, folder: false },
  ) {}

  /**
   * Creates the directory, or reuses it when it holds a run of the same model, data, seed, backend
   * and ensemble (`runIdentity`); then `config.yaml` becomes this configuration.
   *
   * @param fresh removes a run that is there first
   * @throws Failure when it holds another run, a training with other settings, or something else of
   *   the user's
   */
  static create(path: string, config: Config, { fresh = false } = {}): RunDirectory {
    const root = resolve(path);
    const folder = !existsSync(root);
    const run = new RunDirectory(root);
    const text = stringify(config);
    let present: string[];
    try {
      makeDirectory(root);
      present = readdirSync(root);
      if (fresh && present.includes('config.yaml')) {
        for (const name of OWN) {
          if (name !== LOCK) rmSync(run.path(name), { recursive: true, force: true });
        }
        // The lock is that of whoever asks, who holds it already.
        present = readdirSync(root).filter((name) => name !== LOCK);
      }
    } catch (cause) {
      // Where the run goes is the user's choice, so that this is a failure of usage.
      throw usageFailure(`--out: ${diskFailure('write', root, cause).message}`, { cause });
    }
    if (!present.includes('config.yaml')) {
      if (present.length > 0) {
        throw usageFailure(
          `--out: expected a new or empty directory, got ${root}, which holds other files. Choose another.`,
        );
      }
      atomicWrite(run.path('config.yaml'), text);
      return new RunDirectory(root, { run: true, folder });
    }
    const before = run.config();
    const changes = differences(runIdentity(before), runIdentity(config));
    if (changes.length > 0) {
      throw usageFailure(
        `--out: ${root} holds a run with another configuration (${changes.join(', ')}). Choose another --out or --set name=…, or start over with --fresh.`,
      );
    }
    const retrained = differences(trainingInputs(before), trainingInputs(config));
    if (retrained.length > 0 && run.keepsTraining()) {
      throw usageFailure(
        `--out: ${root} keeps a training with other settings (${retrained.join(', ')}). Choose another --out or --set name=…, remove ${run.path('train')}, or start over with --fresh.`,
      );
    }
    if (stringify(before) !== text) atomicWrite(run.path('config.yaml'), text);
    return run;
  }

  /**
   * Opens a directory that a command wrote before.
   *
   * @throws Failure (exit code 2) when it is none
   */
  static open(path: string): RunDirectory {
    const root = resolve(path);
    if (!existsSync(join(root, 'config.yaml'))) {
      throw usageFailure(
        `expected a run directory (with config.yaml), got ${root}. Make one with: shaped run --out ${path}`,
      );
    }
    return new RunDirectory(root);
  }

  /**
   * Removes the run if this object made it and nothing has come of it, so that what was refused does
   * not keep the directory from a corrected command. Returns whether it did.
   */
  removeIfUnused(): boolean {
    if (!this.made.run || !readdirSync(this.root).every((name) => PREAMBLE.includes(name))) {
      return false;
    }
    for (const name of PREAMBLE) rmSync(this.path(name), { force: true });
    if (this.made.folder) rmdirSync(this.root);
    return true;
  }

  /** The configuration the run was made with. */
  config(): Config {
    return loadConfig(this.path('config.yaml'));
  }

  /** Whether it holds a training that is complete or that can go on. */
  keepsTraining(): boolean {
    if (this.has('train', 'summary.json')) return true;
    const folder = this.path('train', 'checkpoints');
    return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('step_'));
  }

  /** The path of a file or folder inside. */
  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  has(...parts: string[]): boolean {
    return existsSync(this.path(...parts));
  }

  writeJson(value: unknown, ...parts: string[]): void {
    atomicWrite(this.path(...parts), JSON.stringify(value, null, 2) + '\n');
  }

  readJson<T>(...parts: string[]): T {
    const path = this.path(...parts);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (cause) {
      throw diskFailure('read', path, cause);
    }
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw new Failure(`${path}: expected JSON, got damaged content. Make it again.`, undefined, {
        cause,
      });
    }
  }
}
