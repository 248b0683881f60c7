export { readSweep, type SweepOptions } from './read-sweep.js';
export { planSweep, type SweepJob } from './plan-sweep.js';
export { SweepDirectory } from './sweep-directory.js';
export type { SweepRequest } from './sweep-request.js';
export type { JobEnd, Launcher } from './launcher.js';
export { localCapacity, thisMachineNow } from './local-capacity.js';
export { localLauncher } from './local-launcher.js';
export { jobsInSlurm, slurmLauncher } from './slurm/slurm-launcher.js';
export { pendingJobs, runSweep, type SweepEnd } from './run-sweep.js';
export { readOutcome } from './job-outcome.js';
export { formatEstimate, summaryMarkdown, summaryTable } from './render-summary.js';
export {
  sweepSummary,
  type Estimate,
  type SettingValue,
  type SweepGroup,
  type SweepSummary,
} from './sweep-summary.js';
export { writeSummary } from './write-summary.js';
export { metricText } from './metric-keys.js';
export { shortKey } from './job-name.js';
