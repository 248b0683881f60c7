export { adam, type AdamOptions } from './adam.js';
export { clipFactor } from './clip-factor.js';
export { isDecayed } from './is-decayed.js';
export { sgd } from './sgd.js';
export type { StepScale, UpdateRule, WeightState } from './update-rule.js';
export { decayOf, updateRuleOf, type OptimizerSettings } from './update-rule-of.js';
