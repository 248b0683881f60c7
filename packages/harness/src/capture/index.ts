export { compileStep, type CompiledStep, type StepFunction } from './compile-step.js';
