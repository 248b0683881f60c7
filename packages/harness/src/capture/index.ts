export { compileStep, type CompiledStep, type StepFunction } from './compile-step.js';
export { delayUntil } from './record.js';
export { usefulParts } from './useful-parts.js';
