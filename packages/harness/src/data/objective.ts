import type { Stream } from '@shaped/random';
import { hideTokens } from './hide-tokens.js';
import { IGNORED, type Batch } from './batch.js';
import type { Vocabulary } from './tokenizer/vocabulary.js';

/** What a language model learns: to go on with a text, or to tell hidden tokens of it. */
export const OBJECTIVES = ['causal', 'masked'] as const;
export type ObjectiveName = (typeof OBJECTIVES)[number];

/** How a window becomes what the network sees and what it should tell. */
export interface Objective {
  name: ObjectiveName;
  /**
   * @param window T + 1 token ids
   * @param stream where what is random comes from
   */
  example(window: Int32Array, stream: () => Stream): Batch;
}

/**
 * Next-token prediction: every token is to be told from those up to it. Padding is not to be told.
 */
export function causalObjective({ padding }: Pick<Vocabulary, 'padding'> = {}): Objective {
  return {
    name: 'causal',
    example: (window) => ({
      inputs: window.subarray(0, -1),
      targets: window.subarray(1).map((id) => (id === padding ? IGNORED : id)),
    }),
  };
}

/** Masked language modelling, see `hideTokens`: hidden tokens are to be told from all others. */
export function maskedObjective(vocabulary: Vocabulary & { mask: number }): Objective {
  return {
    name: 'masked',
    example: (window, stream) => hideTokens(window.subarray(0, -1), vocabulary, stream()),
  };
}
