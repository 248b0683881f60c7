export { architectureOf, trainedModel, type ArchitectureChange } from './architecture-of.js';
export { loadConfig } from './load-config.js';
export { parseConfig } from './parse-config.js';
export { configSchema, type Config, type ModelConfig, type TrainConfig } from './schema.js';
