import { gramMetricNames } from '../metrics/index.js';
import type { Task } from '../progress/reporter.js';
import { runJobs } from '../workers/index.js';
import { predictPaths, type PredictedPaths } from './predict-paths.js';
import type { PredictPlan } from './predict-plan.js';

/** Paths in one job: small enough for smooth progress, large enough to hide the hand-over. */
const PATHS_A_JOB = 64;

export interface EnsembleOptions {
  workers: number | undefined;
  signal?: AbortSignal;
  progress?: Task;
}

/** The predicted paths of a plan; the same bits for any number of workers. */
export async function predictEnsemble(
  plan: PredictPlan,
  paths: number,
  { workers, signal, progress }: EnsembleOptions,
): Promise<PredictedPaths> {
  const jobs = Array.from({ length: Math.ceil(paths / PATHS_A_JOB) }, (_, i) => ({
    plan,
    firstPath: i * PATHS_A_JOB,
    paths: Math.min(PATHS_A_JOB, paths - i * PATHS_A_JOB),
  }));
  const parts = await runJobs({
    jobs,
    inline: predictPaths,
    worker: new URL('./predict-worker.js', import.meta.url),
    workers,
    signal,
    onResult: (_, index) => progress?.advance(jobs[index].paths),
  });
  const perPath = plan.layers.length * gramMetricNames.length;
  const size = plan.arch.tokens ** 2;
  const all: PredictedPaths = {
    metrics: new Float64Array(paths * perPath),
    final: new Float64Array(paths * size),
    stoppedAt: new Float64Array(paths),
  };
  parts.forEach((part, index) => {
    const { firstPath } = jobs[index];
    all.metrics.set(part.metrics, firstPath * perPath);
    all.final.set(part.final, firstPath * size);
    all.stoppedAt.set(part.stoppedAt, firstPath);
  });
  return all;
}
