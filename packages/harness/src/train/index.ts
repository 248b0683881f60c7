export { continueText, type Continuation } from './continue-text.js';
export { trainLoop, type TrainLoopOptions, type TrainLog } from './loop.js';
export { loadModel, saveModel } from './model-files.js';
export { runTrain } from './run-train.js';
export {
  hasTraining,
  readTrainedModel,
  readTrainRecords,
  readTrainSummary,
  type TrainSummary,
} from './train-files.js';
export type {
  LayerStep,
  TimingRecord,
  TrainingRecord,
  TrainStep,
  ValidationStep,
} from './training-record.js';
