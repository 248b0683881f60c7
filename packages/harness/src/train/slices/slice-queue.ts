import { EXIT, Failure } from '../../failure.js';
import { ROUND, type SharedMemory } from './shared-memory.js';

/**
 * Hands out the slices of a round to the threads that ask, each to one of them, and tells when all are
 * computed. A thread that comes late finds none left; who computes what changes no number.
 */
export class SliceQueue {
  readonly #memory: SharedMemory;
  readonly #slices: number;

  constructor(memory: SharedMemory) {
    this.#memory = memory;
    this.#slices = memory.losses.length;
  }

  /** Begins a round, whose inputs are in memory. */
  begin(): void {
    const { round } = this.#memory;
    Atomics.store(round, ROUND.done, 0);
    Atomics.store(round, ROUND.next, 0);
    Atomics.add(round, ROUND.number, 1);
    Atomics.notify(round, ROUND.number);
  }

  /** A slice that nobody else computes; undefined when none is left. */
  claim(): number | undefined {
    const slice = Atomics.add(this.#memory.round, ROUND.next, 1);
    return slice < this.#slices ? slice : undefined;
  }

  /** Says that a claimed slice is computed. */
  finish(elsewhere = false): void {
    const { round } = this.#memory;
    if (elsewhere) Atomics.add(round, ROUND.elsewhere, 1);
    Atomics.add(round, ROUND.done, 1);
    Atomics.notify(round, ROUND.done);
  }

  /** Lets other threads take part: what they need is in memory. */
  open(): void {
    const { round } = this.#memory;
    if (Atomics.exchange(round, ROUND.open, 1) === 0) Atomics.notify(round, ROUND.open);
  }

  /** Waits until this thread may take part. */
  awaitOpening(): void {
    Atomics.wait(this.#memory.round, ROUND.open, 0);
  }

  /** Waits until a round other than `seen` has begun, and returns its number. */
  awaitRound(seen: number): number {
    const { round } = this.#memory;
    Atomics.wait(round, ROUND.number, seen);
    return Atomics.load(round, ROUND.number);
  }

  /**
   * Waits until every slice is computed, so long at most. Returns whether they are.
   *
   * @throws Failure the reason of a thread that gave up
   */
  awaitSlices(milliseconds: number): boolean {
    const { round } = this.#memory;
    const done = Atomics.load(round, ROUND.done);
    this.#throwFailure();
    if (done === this.#slices) return true;
    Atomics.wait(round, ROUND.done, done, milliseconds);
    this.#throwFailure();
    return Atomics.load(round, ROUND.done) === this.#slices;
  }

  /** Gives up: the thread that waits throws the reason. */
  fail(error: unknown): void {
    const { round, failure } = this.#memory;
    const message = error instanceof Error ? error.message : String(error);
    const exitCode = error instanceof Failure ? error.exitCode : EXIT.failed;
    // As much of it as there is room for, with room for what JSON escapes.
    const text = JSON.stringify({ message: message.slice(0, failure.length / 8), exitCode });
    const bytes = new TextEncoder().encode(text);
    failure.set(bytes);
    Atomics.store(round, ROUND.failure, bytes.length);
    Atomics.notify(round, ROUND.done);
  }

  #throwFailure(): void {
    const { round, failure } = this.#memory;
    const length = Atomics.load(round, ROUND.failure);
    if (length === 0) return;
    const text = new TextDecoder().decode(failure.slice(0, length));
    const { message, exitCode } = JSON.parse(text) as { message: string; exitCode: number };
    throw new Failure(message, exitCode);
  }
}
