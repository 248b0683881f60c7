import { workerEntry } from '../workers/index.js';
import { predictPaths } from './predict-paths.js';

export default workerEntry(predictPaths);
