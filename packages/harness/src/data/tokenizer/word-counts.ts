import { UNKNOWN, wordPieces } from './words-tokenizer.js';

/** Distinct words that are counted at a time: some 200 MB. */
const MOST_WORDS = 2 ** 21;

/**
 * Counts the words of a text piece by piece, in bounded memory.
 *
 * Where a text has more than `most` distinct words, the rarest are forgotten as often as needed
 * (lossy counting, Manku and Motwani 2002): after p times a count is at most p too low, so that a
 * word is lost only if it is rarer than that. Up to `most` distinct words every count is exact.
 */
export class WordCounts {
  readonly #counts = new Map<string, number>();
  /** For words that came after something was forgotten: what each may have lost. */
  readonly #lost = new Map<string, number>();
  readonly #most: number;
  #forgotten = 0;

  constructor(most = MOST_WORDS) {
    this.#most = most;
  }

  /** How much too low a count may be. */
  get error(): number {
    return this.#forgotten;
  }

  add(text: string): void {
    const counts = this.#counts;
    for (const piece of wordPieces(text)) {
      const count = counts.get(piece);
      counts.set(piece, (count ?? 0) + 1);
      if (count === undefined) {
        if (this.#forgotten > 0) this.#lost.set(piece, this.#forgotten);
        while (counts.size > this.#most) this.#forget();
      }
    }
  }

  /**
   * The `count` most frequent words, by count and then by code unit, so that they depend on nothing
   * but the text.
   */
  mostFrequent(count: number): string[] {
    return [...this.#counts]
      .filter(([piece]) => piece !== UNKNOWN)
      .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
      .slice(0, count)
      .map(([piece]) => piece);
  }

  #forget(): void {
    this.#forgotten++;
    for (const [piece, count] of this.#counts) {
      if (count + (this.#lost.get(piece) ?? 0) > this.#forgotten) continue;
      this.#counts.delete(piece);
      this.#lost.delete(piece);
    }
  }
}
