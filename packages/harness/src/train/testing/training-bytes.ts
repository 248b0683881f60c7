import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandContext } from '../../context.js';
import { EXIT, Failure } from '../../failure.js';
import { silent } from '../../progress/reporter.js';
import type { RunDirectory } from '../../run/index.js';
import { runTrain } from '../run-train.js';

/** What two trainings may differ in: times. */
const TIMED = ['summary.json', 'timing.jsonl'];

/**
 * The hash of every file below `train/` that must be the same bytes for the same training: records,
 * checkpoints with weights and optimiser, and the model.
 */
export function trainingBytes(run: RunDirectory): Record<string, string> {
  const folder = run.path('train');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(
    files
      .filter((name) => !TIMED.includes(name))
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  );
}

/** Trains, and interrupts after so many updates of this call; true when that came before its end. */
export async function trainUntil(context: CommandContext, updates: number): Promise<boolean> {
  const controller = new AbortController();
  let done = 0;
  const advance = () => {
    if (++done === updates) controller.abort(new Failure('Interrupted.', EXIT.interrupted));
  };
  const reporter = { ...silent, task: () => ({ advance, done: () => undefined }) };
  try {
    await runTrain({ ...context, reporter, signal: controller.signal });
    return false;
  } catch (error) {
    if ((error as Failure).exitCode !== EXIT.interrupted) throw error;
    return true;
  }
}
