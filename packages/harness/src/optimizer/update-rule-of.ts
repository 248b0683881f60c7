import { adam } from './adam.js';
import { sgd } from './sgd.js';
import type { UpdateRule } from './update-rule.js';

/** The optimiser of a training and its numbers; `TrainConfig` holds them. */
export interface OptimizerSettings {
  optimizer: 'adam' | 'adamw' | 'sgd';
  /** λ of the decoupled weight decay, per unit of learning rate. */
  weightDecay?: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  momentum: number;
}

/** λ of AdamW where none is given, as in PyTorch. */
const ADAMW_DECAY = 0.01;

/** λ, the decoupled weight decay of a training. */
export function decayOf({ optimizer, weightDecay }: OptimizerSettings): number {
  return weightDecay ?? (optimizer === 'adamw' ? ADAMW_DECAY : 0);
}

/** The rule that makes the updates of a training. */
export function updateRuleOf(settings: OptimizerSettings): UpdateRule {
  return settings.optimizer === 'sgd' ? sgd(settings) : adam(settings);
}
