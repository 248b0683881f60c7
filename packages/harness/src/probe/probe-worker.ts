import { workerEntry } from '../workers/index.js';
import { probeNetwork } from './probe-network.js';

export default workerEntry(probeNetwork);
