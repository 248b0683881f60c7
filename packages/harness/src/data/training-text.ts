import type { TrainConfig } from '../config/schema.js';
import { usageFailure } from '../failure.js';
import type { Text } from './load-text.js';
import { causalObjective, maskedObjective } from './objective.js';
import { vocabularyAround, type Vocabulary } from './tokenizer/vocabulary.js';
import { packDocuments, type Documents } from './tokens/packed-tokens.js';
import { splitDocuments } from './tokens/split-documents.js';
import { tokenSpan, type Tokens } from './tokens/tokens.js';
import { documentWindows, packedWindows, type Windows } from './tokens/windows.js';
import type { TrainText } from './train-batches.js';

/** How a text was cut in two. */
export interface SplitRecord {
  /** By whole documents, or at one place near the end where there are too few of them. */
  by: 'documents' | 'end';
  /** Documents of either side; the one that is cut counts on both. */
  trainDocuments: number;
  validationDocuments: number;
  /** With the boundaries. */
  trainTokens: number;
  validationTokens: number;
}

/** A text as it is trained on. */
export interface TrainingText {
  vocabulary: Vocabulary;
  train: TrainText;
  validation: TrainText;
  /** All tokens that are trained on, with the boundaries, in the order of the corpus. */
  trainTokens: Tokens;
  /** Windows of the validation text that need no padding. */
  probe: Windows;
  split: SplitRecord;
}

/** One side of the split: its documents, and the same as one long text. */
interface Side {
  documents: Documents;
  packed: Tokens;
}

/**
 * The text of a configuration cut into what is trained on and what validates, with the windows and
 * the objective that `train` asks for.
 *
 * @param length tokens of a sequence, T
 * @throws Failure (exit code 2) when a side is too short for one sequence
 */
export function trainingText(
  text: Pick<Text, 'tokens' | 'table' | 'tokenizer'>,
  { objective: name, windows: kind, validationFraction }: TrainConfig,
  length: number,
): TrainingText {
  const vocabulary = vocabularyAround(text.tokenizer, {
    mask: name === 'masked',
    padding: kind === 'documents',
  });
  const { by, train, validation } = cut(text, vocabulary, validationFraction);
  const shortest = Math.min(train.packed.length, validation.packed.length);
  if (shortest < length + 1) {
    throw usageFailure(
      `data.corpus: expected at least ${length + 1} tokens to train on and as many to validate on, got ${train.packed.length} and ${validation.packed.length}. Use a longer text, shorter sequences (train.model.tokens) or another train.validationFraction.`,
    );
  }
  const { mask } = vocabulary;
  const objective =
    mask === undefined ? causalObjective(vocabulary) : maskedObjective({ ...vocabulary, mask });
  const windowsOf = ({ documents, packed }: Side) => {
    const { padding } = vocabulary;
    return padding === undefined
      ? packedWindows(packed, length)
      : documentWindows({ ...documents, padding }, length);
  };
  return {
    vocabulary,
    train: { windows: windowsOf(train), objective },
    validation: { windows: windowsOf(validation), objective },
    trainTokens: train.packed,
    probe: packedWindows(validation.packed, length),
    split: {
      by,
      trainDocuments: train.documents.chosen.length,
      validationDocuments: validation.documents.chosen.length,
      trainTokens: train.packed.length,
      validationTokens: validation.packed.length,
    },
  };
}

function cut(
  { tokens, table }: Pick<Text, 'tokens' | 'table'>,
  { boundary }: Vocabulary,
  fraction: number,
): { by: SplitRecord['by']; train: Side; validation: Side } {
  const side = (documents: Documents): Side => ({ documents, packed: packDocuments(documents) });
  const split = splitDocuments(table, fraction);
  if (split !== undefined) {
    const chosen = (numbers: Uint32Array) => side({ tokens, table, chosen: numbers, boundary });
    return { by: 'documents', train: chosen(split.train), validation: chosen(split.validation) };
  }
  const kept = Math.floor(tokens.length * fraction);
  const place = tokens.length - kept;
  const piece = (start: number, end: number) => {
    const inside = table.ends.filter((at) => at > start && at < end);
    const ends = new Float64Array(inside.length + 1).fill(end - start);
    ends.set(inside.map((at) => at - start));
    return side({
      tokens: tokenSpan(tokens, start, end),
      table: { ends, hashes: new Float64Array(ends.length) },
      chosen: Uint32Array.from(ends, (_, i) => i),
      boundary,
    });
  };
  return { by: 'end', train: piece(0, place), validation: piece(place, tokens.length) };
}
