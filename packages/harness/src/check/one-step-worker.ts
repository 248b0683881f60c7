import { workerEntry } from '../workers/index.js';
import { oneStepResiduals } from './one-step.js';

export default workerEntry(oneStepResiduals);
