import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { loadConfig, type Config } from '../config/index.js';
import { Failure, usageFailure } from '../failure.js';
import { atomicWrite, diskFailure } from './atomic-write.js';

/**
 * The directory of one run, the only thing that passes between commands:
 *
 * ```
 * config.yaml, manifest.json   what was asked for, and on what it ran
 * probe/<block>/               layers.jsonl, gradients.jsonl, *.npy: measured networks
 * predict/sde, predict/chain   bands.jsonl, *.npy: theory from the same V0
 * check/verdict.json           the comparison
 * train/                       metrics.jsonl and the trained weights
 * tensorboard/                 event files
 * report.html                  figures
 * ```
 */
export class RunDirectory {
  private constructor(readonly root: string) {}

  /**
   * Creates the directory, or reuses it when it holds a run with the same configuration.
   *
   * @throws Failure when it holds another configuration or something else of the user's
   */
  static create(path: string, config: Config): RunDirectory {
    const root = resolve(path);
    const text = stringify(config);
    let present: string[];
    try {
      mkdirSync(root, { recursive: true });
      present = readdirSync(root);
    } catch (cause) {
      throw diskFailure('write', root, cause);
    }
    const run = new RunDirectory(root);
    if (present.includes('config.yaml')) {
      if (readFileSync(run.path('config.yaml'), 'utf8') !== text) {
        throw usageFailure(
          `${root} holds a run with another configuration. Choose another --out, or remove that directory first.`,
        );
      }
    } else if (present.length > 0) {
      throw usageFailure(
        `--out: expected a new or empty directory, got ${root}, which holds other files. Choose another.`,
      );
    } else {
      atomicWrite(run.path('config.yaml'), text);
    }
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
        `expected a run directory (with config.yaml), got ${root}. Make one with: shaped probe --out ${path}`,
      );
    }
    return new RunDirectory(root);
  }

  /** The configuration the run was made with. */
  config(): Config {
    return loadConfig(this.path('config.yaml'));
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
