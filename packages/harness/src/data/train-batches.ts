import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { usageFailure } from '../failure.js';

/** Sequences and what follows each of their tokens: B sequences of T tokens, row-major [B, T]. */
export interface Batch {
  inputs: Int32Array;
  targets: Int32Array;
}

/** The text to train on and the text kept for validation. */
export interface Split {
  train: Int32Array;
  validation: Int32Array;
}

/**
 * The text cut in two: its end, a `fraction` of the tokens, is the validation text.
 *
 * @param length tokens of a sequence T; both parts must hold T + 1
 * @throws Failure (exit code 2) when the text is too short
 */
export function splitTokens(tokens: Int32Array, fraction: number, length: number): Split {
  const cut = tokens.length - Math.floor(tokens.length * fraction);
  const split = { train: tokens.subarray(0, cut), validation: tokens.subarray(cut) };
  const shortest = Math.min(split.train.length, split.validation.length);
  if (shortest < length + 1) {
    throw usageFailure(
      `data.corpus: expected at least ${length + 1} tokens to train on and as many to validate on, got ${split.train.length} and ${split.validation.length}. Use a longer text, shorter sequences (train.model.tokens) or another train.validationFraction.`,
    );
  }
  return split;
}

function batchAt(tokens: Int32Array, starts: readonly number[], length: number): Batch {
  const inputs = new Int32Array(starts.length * length);
  const targets = new Int32Array(starts.length * length);
  starts.forEach((start, b) => {
    inputs.set(tokens.subarray(start, start + length), b * length);
    targets.set(tokens.subarray(start + 1, start + length + 1), b * length);
  });
  return { inputs, targets };
}

/**
 * The batch of one training step: a function of text, seed and step alone, so that a resumed run
 * sees the same batches as one that was never stopped. Each start is uniform over the text.
 */
export function trainBatch({
  tokens,
  batch,
  length,
  seed,
  step,
}: {
  tokens: Int32Array;
  batch: number;
  length: number;
  seed: number;
  step: number;
}): Batch {
  const key = foldIn(keyFromSeed(seed), 'batches');
  const starts = Array.from({ length: batch }, (_, b) =>
    new Stream(key, b, step).integer(tokens.length - length),
  );
  return batchAt(tokens, starts, length);
}

/**
 * Validation batches: the same at every evaluation, windows spread evenly over the text, at most
 * `count` batches and no window twice.
 */
export function validationBatches({
  tokens,
  batch,
  length,
  count,
}: {
  tokens: Int32Array;
  batch: number;
  length: number;
  count: number;
}): Batch[] {
  const possible = tokens.length - length;
  const windows = Math.min(possible, batch * count);
  const starts = Array.from({ length: windows }, (_, i) => Math.floor((i * possible) / windows));
  const batches: Batch[] = [];
  for (let i = 0; i < windows; i += batch) {
    batches.push(batchAt(tokens, starts.slice(i, i + batch), length));
  }
  return batches;
}
