import { existsSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../failure.js';
import { diskFailure, makeDirectory } from '../../run/index.js';
import { checkpointName, checkpointStep, type Checkpoint } from './checkpoint.js';
import { readCheckpoint } from './read-checkpoint.js';
import { writeCheckpoint } from './write-checkpoint.js';

/** The link to the checkpoint with the lowest validation loss. */
const BEST = 'best';

/** Errors by which a file system says that it has no symbolic links. */
const WITHOUT_LINKS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'];

/** The steps of the checkpoints in a folder, in order; none where there is no folder. */
export function checkpointSteps(folder: string): number[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => checkpointStep(name) ?? [])
    .sort((a, b) => a - b);
}

/**
 * The checkpoints of a training: the last few, and the one with the lowest validation loss, to which
 * the link `best` leads.
 */
export class CheckpointFolder {
  readonly path: string;
  readonly #keep: number;
  /** The validation losses of those that are there, by step. */
  readonly #losses = new Map<number, number | null>();

  /** @param keep how many of the last are kept */
  constructor(path: string, keep: number) {
    this.path = path;
    this.#keep = keep;
  }

  /**
   * The newest checkpoint that is whole and that `refusal` has nothing against, undefined when the
   * folder has none at all. Those that are not whole are put aside, under a name that says so.
   *
   * @param refusal why a whole checkpoint cannot be used; undefined when it can
   * @param warn told what was put aside and why
   * @throws Failure when there are checkpoints but none can be used
   */
  newest(
    refusal: (checkpoint: Checkpoint) => string | undefined,
    warn: (text: string) => void,
  ): Checkpoint | undefined {
    let newest: Checkpoint | undefined;
    const unusable: { step: number; reason: string }[] = [];
    for (const step of checkpointSteps(this.path).reverse()) {
      const read = this.#read(step, newest === undefined ? refusal : () => undefined);
      if (typeof read === 'string') {
        unusable.push({ step, reason: read });
      } else {
        newest ??= read;
        this.#losses.set(step, read.record.validationLoss);
      }
    }
    if (newest === undefined && unusable.length > 0) {
      throw new Failure(
        `No checkpoint in ${this.path} can be used:\n${unusable.map(({ reason }) => `  ${reason}`).join('\n')}\nPut a copy back, or remove the folder above it to begin anew.`,
      );
    }
    for (const { step, reason } of unusable) warn(`${reason} ${this.#putAside(step)}`);
    if (newest !== undefined) this.#tidy();
    return newest;
  }

  /** The lowest validation loss among the checkpoints; infinite without one. */
  get lowestLoss(): number {
    const losses = [...this.#losses.values()].filter((loss) => loss !== null);
    return Math.min(Infinity, ...losses);
  }

  /** Makes the folder, and removes what a killed process left half-made. */
  open(): void {
    try {
      makeDirectory(this.path);
      for (const name of readdirSync(this.path)) {
        if (/^\..*\.(tmp|old)$/.test(name)) {
          rmSync(join(this.path, name), { recursive: true, force: true });
        }
      }
    } catch (cause) {
      throw diskFailure('write', this.path, cause);
    }
  }

  /**
   * Writes a checkpoint, then lets go of those that are neither among the last nor the best.
   *
   * @throws Failure when the disk refuses; the others are as they were
   */
  save(checkpoint: Checkpoint): void {
    const { step, validationLoss } = checkpoint.record;
    writeCheckpoint(this.path, checkpoint);
    this.#losses.set(step, validationLoss);
    this.#tidy();
  }

  /** Leads the link to the best, and removes those that are neither it nor among the last. */
  #tidy(): void {
    const best = this.#best();
    const last = [...this.#losses.keys()].sort((a, b) => a - b).slice(-this.#keep);
    try {
      if (best !== undefined) this.#linkBest(checkpointName(best));
      for (const step of [...this.#losses.keys()]) {
        if (last.includes(step) || step === best) continue;
        this.#remove(step);
        this.#losses.delete(step);
      }
    } catch (cause) {
      throw diskFailure('write', this.path, cause);
    }
  }

  #read(
    step: number,
    refusal: (checkpoint: Checkpoint) => string | undefined,
  ): Checkpoint | string {
    try {
      const checkpoint = readCheckpoint(join(this.path, checkpointName(step)));
      return refusal(checkpoint) ?? checkpoint;
    } catch (error) {
      if (error instanceof Failure) return error.message;
      throw error;
    }
  }

  /** The first step with the lowest validation loss. */
  #best(): number | undefined {
    const lowest = this.lowestLoss;
    const steps = [...this.#losses].filter(([, loss]) => loss === lowest).map(([step]) => step);
    return steps.length === 0 ? undefined : Math.min(...steps);
  }

  #linkBest(name: string): void {
    const [link, temporary] = [join(this.path, BEST), join(this.path, `.${BEST}.tmp`)];
    if (existsSync(link) && readlinkSync(link) === name) return;
    rmSync(temporary, { force: true });
    try {
      symlinkSync(name, temporary, 'dir');
    } catch (error) {
      // A convenience: the best one is found by its loss.
      if (WITHOUT_LINKS.includes((error as NodeJS.ErrnoException).code ?? '')) return;
      throw error;
    }
    renameSync(temporary, link);
  }

  /** Out of sight before its files go, so that none that is seen lacks one. */
  #remove(step: number): void {
    const name = checkpointName(step);
    const hidden = join(this.path, `.${name}.old`);
    rmSync(hidden, { recursive: true, force: true });
    renameSync(join(this.path, name), hidden);
    rmSync(hidden, { recursive: true, force: true });
  }

  /** Says where it is now. */
  #putAside(step: number): string {
    const path = join(this.path, checkpointName(step));
    const aside = `${path}.damaged`;
    try {
      rmSync(aside, { recursive: true, force: true });
      renameSync(path, aside);
    } catch (cause) {
      throw diskFailure('write', aside, cause);
    }
    return `It is put aside as ${checkpointName(step)}.damaged, and the one before it is used.`;
  }
}
