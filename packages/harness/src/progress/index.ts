export { formatSeconds } from './format.js';
export { recordingReporter, type Result } from './recording-reporter.js';
export { silent, type Reporter, type Task } from './reporter.js';
export { selectReporter } from './select-reporter.js';
export type { Closable, Streams } from './streams.js';
