export { architectureOf, trainedModel, type ArchitectureChange } from './architecture-of.js';
export { IDLE_KEYS, idleReason } from './idle-keys.js';
export { loadConfig } from './load-config.js';
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
export { parseConfig } from './parse-config.js';
export { configSchema, type Config, type ModelConfig, type TrainConfig } from './schema.js';
