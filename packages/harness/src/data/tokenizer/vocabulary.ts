import type { Tokenizer } from './tokenizer.js';

/**
 * The token ids of a language model: those of the tokenizer, then those that no text holds. What an
 * objective does not use has no id.
 */
export interface Vocabulary {
  /** Ids are integers in [0, size). */
  size: number;
  /** How many ids are the tokenizer's. */
  ordinary: number;
  /** Follows every document. */
  boundary: number;
  /** Stands for a token that is to be told. */
  mask?: number;
  /** Fills a window behind a document that is shorter. */
  padding?: number;
}

/** The marks as they are shown to people. */
const MARKS = { boundary: '[END]', mask: '[MASK]', padding: '[PAD]' } as const;

/** The vocabulary around a tokenizer: the boundary, and a mask and padding where they are needed. */
export function vocabularyAround(
  { size: ordinary }: Pick<Tokenizer, 'size'>,
  { mask, padding }: { mask: boolean; padding: boolean },
): Vocabulary {
  let size = ordinary;
  return {
    ordinary,
    boundary: size++,
    ...(mask ? { mask: size++ } : {}),
    ...(padding ? { padding: size++ } : {}),
    size,
  };
}

/** The ids that stand for no text. */
export function markIds({ ordinary, size }: Vocabulary): number[] {
  return Array.from({ length: size - ordinary }, (_, i) => ordinary + i);
}

/** Text for people of the ids of a vocabulary, with its marks as `[MASK]` and the like. */
export function decodeWithMarks(
  ids: ArrayLike<number>,
  tokenizer: Tokenizer,
  vocabulary: Vocabulary,
): string {
  const parts: string[] = [];
  let run: number[] = [];
  const flush = () => {
    if (run.length > 0) parts.push(tokenizer.decode(run).trim());
    run = [];
  };
  for (const id of Array.from(ids)) {
    if (id < vocabulary.ordinary) {
      run.push(id);
      continue;
    }
    flush();
    const name = (['boundary', 'mask', 'padding'] as const).find((key) => vocabulary[key] === id);
    if (name !== undefined && name !== 'padding') parts.push(MARKS[name]);
  }
  flush();
  return parts.join(' ');
}
