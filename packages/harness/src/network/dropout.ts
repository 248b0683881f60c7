import type { LanguageModel } from './language-model.js';

/** A tensor that a training may drop numbers of. */
export interface DropoutPlace {
  /** The block, counted from 0; −1 is the embedding. */
  layer: number;
  /** The output of the embedding or of a branch, or the softmax of the attention. */
  tensor: 'embedding' | 'softmax' | 'attention' | 'mlp';
  /** Its shape without the batch. */
  shape: number[];
}

/** Everything that dropout acts on, in the order of the computation. */
export function dropoutPlaces({ tokens, embedding, blocks }: LanguageModel): DropoutPlace[] {
  const stream = [tokens, embedding.width];
  const ofBlock = (heads: number, layer: number): DropoutPlace[] => [
    { layer, tensor: 'softmax', shape: [heads, tokens, tokens] },
    { layer, tensor: 'attention', shape: stream },
    { layer, tensor: 'mlp', shape: stream },
  ];
  return [
    { layer: -1, tensor: 'embedding', shape: stream },
    ...blocks.flatMap(({ settings }, layer) => ofBlock(settings.numHeads ?? 1, layer)),
  ];
}
