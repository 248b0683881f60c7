import { workerEntry } from '../workers/index.js';
import { simulateCell, type CellFates, type CellJob } from './simulate-cell.js';

export default workerEntry<CellJob, CellFates>((job) => simulateCell(job));
