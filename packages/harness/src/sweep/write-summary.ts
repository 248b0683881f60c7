import { atomicWrite } from '../run/index.js';
import { logSweep } from './log-sweep.js';
import { summaryCsv, summaryMarkdown } from './render-summary.js';
import type { SweepDirectory } from './sweep-directory.js';
import { sweepSummary, type SweepSummary } from './sweep-summary.js';

/**
 * Gathers the numbers of a sweep and writes `summary.md`, `.json` and `.csv` and TensorBoard's table.
 * The files hold no time and no machine: they are the same bytes for the same jobs.
 */
export function writeSummary(sweep: SweepDirectory): SweepSummary {
  const summary = sweepSummary(sweep);
  atomicWrite(sweep.path('summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  atomicWrite(sweep.path('summary.csv'), summaryCsv(summary));
  atomicWrite(sweep.path('summary.md'), `${summaryMarkdown(summary)}\n`);
  logSweep(sweep, summary);
  return summary;
}
