import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import type { Batch } from './batch.js';
import type { Objective } from './objective.js';
import type { Windows } from './tokens/windows.js';

/** Text to train on, and what is to be learned of it. */
export interface TrainText {
  windows: Windows;
  objective: Objective;
}

/**
 * The batch of one training step: a function of text, seed and step alone, so that a resumed run
 * sees the same batches as one that was never stopped. Windows, and what is hidden in them, come
 * from streams of their own, one for each sequence.
 */
export function trainBatch({
  text: { windows, objective },
  batch,
  seed,
  step,
}: {
  text: TrainText;
  batch: number;
  seed: number;
  step: number;
}): Batch {
  const key = foldIn(keyFromSeed(seed), 'batches');
  const drawn = Array.from({ length: batch }, (_, b) => windows.draw(new Stream(key, b, step)));
  const hiding = foldIn(keyFromSeed(seed), 'hidden tokens');
  return batchOf(drawn, objective, (b) => new Stream(hiding, b, step));
}

/**
 * Validation batches: the same at every evaluation, windows spread evenly over the text and with the
 * same tokens hidden, at most `count` batches and no window twice.
 */
export function validationBatches({
  text: { windows, objective },
  batch,
  count,
  seed,
}: {
  text: TrainText;
  batch: number;
  count: number;
  seed: number;
}): Batch[] {
  const all = windows.spread(Math.min(windows.count, batch * count));
  const key = foldIn(keyFromSeed(seed), 'hidden validation tokens');
  const batches: Batch[] = [];
  for (let i = 0; i < all.length; i += batch) {
    const some = all.slice(i, i + batch);
    batches.push(batchOf(some, objective, (b) => new Stream(key, i + b)));
  }
  return batches;
}

function batchOf(
  windows: readonly Int32Array[],
  objective: Objective,
  streamOf: (sequence: number) => Stream,
): Batch {
  const examples = windows.map((window, b) => objective.example(window, () => streamOf(b)));
  const joined = (part: keyof Batch) => {
    const length = examples.reduce((sum, example) => sum + example[part].length, 0);
    const out = new Int32Array(length);
    let at = 0;
    for (const example of examples) {
      out.set(example[part], at);
      at += example[part].length;
    }
    return out;
  };
  return { inputs: joined('inputs'), targets: joined('targets') };
}
