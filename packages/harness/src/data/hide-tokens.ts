import type { Stream } from '@shaped/random';
import type { Vocabulary } from './tokenizer/vocabulary.js';
import { IGNORED, type Batch } from './batch.js';

/** Share of the tokens that are to be told. */
const CHOSEN = 0.15;
/** Of these, the share that is replaced by the mask, and by a random token; the rest stays. */
const MASKED = 0.8;
const RANDOM = 0.1;

/**
 * A sequence with some of its tokens hidden, as BERT is trained (Devlin et al. 2019, section 3.1):
 * 15 % are chosen to be told; of these 80 % are replaced by the mask, 10 % by a token drawn uniformly
 * from the tokenizer's, and 10 % stay, so that the network cannot trust what it sees.
 *
 * Of n tokens ⌊0.15 n + u⌋ are chosen, u uniform in [0, 1), and at least one: exactly 15 % in the
 * mean from 7 tokens on, with the least scatter, and no sequence without. Boundaries and padding are
 * never chosen.
 */
export function hideTokens(
  sequence: Int32Array,
  { ordinary, mask }: Pick<Vocabulary, 'ordinary'> & { mask: number },
  stream: Stream,
): Batch {
  const inputs = sequence.slice();
  const targets = new Int32Array(sequence.length).fill(IGNORED);
  const places: number[] = [];
  sequence.forEach((id, position) => {
    if (id < ordinary) places.push(position);
  });
  const share = Math.floor(CHOSEN * places.length + (1 - stream.uniform()));
  const count = Math.min(places.length, Math.max(1, share));
  for (let k = 0; k < count; k++) {
    // The first steps of a Fisher–Yates shuffle: every set of places is equally likely.
    const other = k + stream.integer(places.length - k);
    [places[k], places[other]] = [places[other], places[k]];
    const position = places[k];
    targets[position] = sequence[position];
    const how = 1 - stream.uniform();
    if (how < MASKED) inputs[position] = mask;
    else if (how < MASKED + RANDOM) inputs[position] = stream.integer(ordinary);
  }
  return { inputs, targets };
}
