import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { usageFailure } from '../../failure.js';
import { integerBelow } from './integer-below.js';
import type { Tokens } from './tokens.js';

/** A stretch of text: where it starts and its token ids. */
export interface TextWindow {
  start: number;
  ids: Int32Array;
}

/**
 * `count` different windows of `length` tokens, spread over the whole text: the possible starts
 * are cut into `count` equal parts, and one start is drawn uniformly in each. The windows are a
 * function of the text and the seed alone.
 *
 * @throws Failure (exit code 2) when the text is too short for so many
 */
export function textWindows({
  tokens,
  length,
  count,
  seed,
}: {
  tokens: Tokens;
  length: number;
  count: number;
  seed: number;
}): TextWindow[] {
  const starts = tokens.length - length + 1;
  if (starts < count) {
    throw usageFailure(
      `data.corpus: expected at least ${length + count - 1} tokens for ${count} windows of ${length}, got ${tokens.length}. Use a longer text, fewer probe.windows or fewer model.tokens.`,
    );
  }
  const key = foldIn(keyFromSeed(seed), 'windows');
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * starts) / count);
    const to = Math.floor(((i + 1) * starts) / count);
    const start = from + integerBelow(new Stream(key, i), to - from);
    return { start, ids: tokens.read(start, start + length) };
  });
}
