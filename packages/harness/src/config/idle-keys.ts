import { architectureOf } from './architecture-of.js';
import type { ModelConfig } from './schema.js';

/** Keys of `model` that some block kinds, activations or attention matrices leave unread. */
export const IDLE_KEYS = ['gamma', 'cPlus', 'cMinus', 'norm'] as const;

export type IdleKey = (typeof IDLE_KEYS)[number];

/** Why a key of `model` changes nothing in its architecture; undefined for one that does. */
export function idleReason(model: ModelConfig, key: IdleKey): string | undefined {
  const { block, activation } = architectureOf(model);
  const normalised = block === 'preLN' || block === 'postLN';
  switch (key) {
    case 'gamma':
      if (block === 'shaped' || block === 'unshaped') return undefined;
      return `${block} blocks have a branch weight of their own`;
    case 'norm':
      return normalised ? undefined : `${block} blocks have no norm`;
    case 'cPlus':
    case 'cMinus':
      if (activation === 'shapedSmooth') return 'a smooth activation has no slopes to shift';
      return activation === 'relu' ? 'the plain ReLU has fixed slopes' : undefined;
  }
}
