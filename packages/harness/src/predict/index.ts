export { BAND_LEVELS, bandsOf, type Band, type BandLevel } from './bands.js';
export { metricColumn, type MetricEnsemble } from './metric-ensemble.js';
export { predictEnsemble, type EnsembleOptions } from './predict-ensemble.js';
export type { PredictedPaths } from './predict-paths.js';
export { recordedLayers, type PredictPlan, type Theory } from './predict-plan.js';
export {
  hasPrediction,
  readPrediction,
  readPredictionArray,
  type Prediction,
  type PredictionRecord,
} from './prediction-files.js';
export { predictPlan, runPredict } from './run-predict.js';
export { theoryRefusal } from './theory-refusal.js';
