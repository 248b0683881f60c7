export { continueText, type Continuation } from './continue-text.js';
export { trainLoop, type TrainLoopOptions, type TrainLog } from './loop.js';
export { loadModel, saveModel } from './model-files.js';
export { runTrain } from './run-train.js';
export {
  hasTraining,
  readInitialBand,
  readTrainedModel,
  readTrainRecords,
  readTrainSummary,
  type TrainSummary,
} from './train-files.js';
export type {
  DepartureStep,
  ExtremesStep,
  LayerStep,
  TimingRecord,
  TrainingRecord,
  TrainStep,
  UpdateStep,
  ValidationStep,
} from './training-record.js';
