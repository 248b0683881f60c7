import { IGNORED, tokenBlocks, type Batch, type Tokens } from '../data/index.js';

/** How often each token stands in a text. */
export interface Unigram {
  /** ln p(token), with one added to every count, [vocabulary]: finite for tokens never seen. */
  logProbabilities: Float64Array;
  /** −Σ p ln p of the text's own frequencies, nats: the loss of the best guess without context. */
  entropy: number;
}

/** The token frequencies of a text. */
export function unigram(tokens: Tokens, vocabulary: number): Unigram {
  const counts = new Float64Array(vocabulary);
  for (const block of tokenBlocks(tokens)) for (const token of block) counts[token]++;
  const logProbabilities = counts.map((count) =>
    Math.log((count + 1) / (tokens.length + vocabulary)),
  );
  let entropy = 0;
  for (const count of counts) {
    if (count > 0) entropy -= (count / tokens.length) * Math.log(count / tokens.length);
  }
  return { logProbabilities, entropy };
}

/** The mean of −ln p(target) over batches, nats: what a model must beat to have used context. */
export function unigramLoss({ logProbabilities }: Unigram, batches: readonly Batch[]): number {
  let sum = 0;
  let count = 0;
  for (const { targets } of batches) {
    for (const target of targets) {
      if (target === IGNORED) continue;
      sum -= logProbabilities[target];
      count++;
    }
  }
  return sum / count;
}
