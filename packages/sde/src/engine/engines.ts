import type { Engine, EngineName } from './engine.js';
import { kernelEngine } from '../kernel/kernel-engine.js';
import { referenceEngine } from './reference-engine.js';
import type { EnsembleTask } from './task.js';

/** All engines, the fastest first. */
const ENGINES: readonly Engine[] = [kernelEngine, referenceEngine];

/**
 * The engine that computes a task: the one asked for, else the first that covers it.
 *
 * @throws RangeError when the engine asked for does not exist here or does not cover the task
 */
export function engineFor(task: EnsembleTask, wanted: EngineName | undefined): Engine {
  const { caller } = task;
  if (wanted === undefined) {
    // The last engine, the reference, covers every task.
    return ENGINES.find((engine) => engine.refuses(task) === undefined) ?? referenceEngine;
  }
  const engine = ENGINES.find(({ name }) => name === wanted);
  if (engine === undefined) {
    throw new RangeError(
      `${caller}: expected engine ${ENGINES.map(({ name }) => `'${name}'`).join(' or ')}, got ` +
        `'${String(wanted)}'. Leave it out for the fastest that covers the model.`,
    );
  }
  const reason = engine.refuses(task);
  if (reason !== undefined) {
    throw new RangeError(
      `${caller}: expected a model that engine '${wanted}' covers, got another: ${reason} ` +
        'Leave engine out.',
    );
  }
  return engine;
}
