export { architectureOf, trainedModel, type ArchitectureChange } from './architecture-of.js';
export type { ConfigIssue } from './config-issue.js';
export { IDLE_KEYS, idleReason } from './idle-keys.js';
export { loadConfig, readRawConfig } from './load-config.js';
export { nearest } from './nearest.js';
export {
  isWholeAxis,
  mapAxis,
  mapAxisTitle,
  mapLetter,
  MAP_PARAMETER_NAMES,
  type MapAxis,
  type MapParameter,
} from './map-axis.js';
export { mapCellModel, ownValue, type MapCellModel, type MapPoint } from './map-cell-model.js';
export { STANDARD_START_RHO } from './map-rules.js';
export { configIssues, parseConfig, withoutEmptySections } from './parse-config.js';
export { configSchema, type Config, type ModelConfig, type TrainConfig } from './schema.js';
export { setKey } from './set-key.js';
