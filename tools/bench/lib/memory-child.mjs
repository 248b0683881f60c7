// Runs one ensemble through a summary and prints what it took, as JSON; started by
// measure-memory.mjs with its options as the argument.
import { performance } from 'node:perf_hooks';
import {
  meanCorrelation,
  meanLogVariance,
  simulateBatches,
  summarize,
} from '../../../packages/sde/dist/index.js';
import { shaped } from './ours.mjs';
import { initialCovariance } from './problem.mjs';

const { problem, paths, how } = JSON.parse(process.argv[2]);
const start = performance.now();
const summary = await summarize(
  simulateBatches({
    arch: shaped(problem),
    V0: initialCovariance(problem),
    time: problem.time,
    steps: problem.steps,
    stopAt: problem.stopAt,
    recordAt: [problem.steps],
    paths,
    seed: 1,
    ...how,
  }),
  { statistics: { rho: meanCorrelation, logVariance: meanLogVariance } },
);
const { rho, logVariance } = summary.statistics;
console.log(
  JSON.stringify({
    seconds: (performance.now() - start) / 1_000,
    // Kilobytes, as the operating system counts them, of all threads together.
    peakBytes: process.resourceUsage().maxRSS * 1024,
    paths: summary.paths,
    counted: Math.min(rho[0].count, logVariance[0].count),
    storedNumbers: summary.storedNumbers,
  }),
);
