export { type Checkpoint, type CheckpointRecord, type TrainingOrigin } from './checkpoint.js';
export { CheckpointFolder, checkpointSteps } from './checkpoint-folder.js';
export { Checkpoints, type Moment } from './checkpoints.js';
export {
  firstNonFinite,
  type HostTensor,
  type NamedTensors,
  type OptimizerState,
} from './named-tensors.js';
export { decodeSafetensors, encodeSafetensors } from './safetensors.js';
export { resumableCheckpoint } from './resumable-checkpoint.js';
