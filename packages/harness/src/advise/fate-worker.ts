import { workerEntry } from '../workers/index.js';
import { fatesOf } from './fates.js';

export default workerEntry(fatesOf);
