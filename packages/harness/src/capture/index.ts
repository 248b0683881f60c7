export { compileStep, type CompiledStep, type StepFunction } from './compile-step.js';
export { usefulParts } from './useful-parts.js';
