export { check } from './check.js';
export { doctor } from './doctor.js';
export { predict } from './predict.js';
export { probe } from './probe.js';
export { report } from './report.js';
export { run } from './run.js';
export { tensorboard } from './tensorboard.js';
export { train } from './train.js';
