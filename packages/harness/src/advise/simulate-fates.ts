import { deriveSeed } from '@shaped/random';
import type { Architecture } from '@shaped/sde';
import type { Theory } from '../predict/predict-plan.js';
import type { Task } from '../progress/reporter.js';
import { runJobs } from '../workers/index.js';
import { radiusOf, stepsPerLayerOf, type AdvisePlan } from './advise-plan.js';
import { joinFates } from './fate-summary.js';
import { fatesOf, type FateJob, type Fates } from './fates.js';

/** An ensemble that is asked for. */
export interface FateRequest {
  theory: Theory;
  arch: Architecture;
  /** Names the random numbers: ensembles of one purpose share them, of two are independent. */
  purpose: readonly (string | number)[];
  firstPath?: number;
  paths: number;
}

export interface FateOptions {
  signal?: AbortSignal;
  progress?: Task;
}

/** Paths in one job: small enough for smooth progress, large enough to hide the hand-over. */
const PATHS_A_JOB = 64;
/** Most recorded covariances of one job, in bytes: a few such jobs fit anywhere. */
const JOB_BYTES = 32 * 2 ** 20;
/** Paths times layers times squared tokens below which threads cost more than they gain. */
const WORTH_THREADS = 2e7;

const matrixBytes = ({ tokens }: Architecture) => tokens * tokens * Float64Array.BYTES_PER_ELEMENT;

/** The layers looked at: all of them, or evenly as many as one path's memory allows. */
export function layersOf(arch: Architecture): number[] {
  const room = Math.max(1, Math.floor(JOB_BYTES / matrixBytes(arch)) - 1);
  const intervals = Math.min(arch.depth, room);
  return Array.from({ length: intervals + 1 }, (_, i) => Math.round((i * arch.depth) / intervals));
}

function jobsOf(plan: AdvisePlan, request: FateRequest): FateJob[] {
  const { theory, arch, purpose, firstPath = 0, paths } = request;
  const layers = layersOf(arch);
  const room = Math.floor(JOB_BYTES / (matrixBytes(arch) * layers.length));
  const each = Math.max(1, Math.min(PATHS_A_JOB, room));
  return Array.from({ length: Math.ceil(paths / each) }, (_, i) => ({
    ...{ theory, arch, layers, startRho: plan.startRho },
    stepsPerLayer: stepsPerLayerOf(arch, plan.stepsPerLayer),
    radius: radiusOf(arch, plan.stopAt),
    floor: 1 / plan.stopAt,
    seed: deriveSeed(plan.seed, 'advise', ...purpose),
    firstPath: firstPath + i * each,
    paths: Math.min(each, paths - i * each),
  }));
}

/**
 * The fates of several ensembles, in their order: the same bits for any number of workers.
 *
 * @throws the interruption when the signal is aborted
 */
export async function simulateFates(
  plan: AdvisePlan,
  requests: readonly FateRequest[],
  { signal, progress }: FateOptions = {},
): Promise<Fates[]> {
  const jobs = requests.map((request) => jobsOf(plan, request));
  const all = jobs.flat();
  const work = all.reduce((sum, { arch, paths }) => sum + paths * arch.depth * arch.tokens ** 2, 0);
  const parts = await runJobs({
    jobs: all,
    inline: fatesOf,
    worker: new URL('./fate-worker.js', import.meta.url),
    workers: work < WORTH_THREADS ? 0 : plan.workers,
    signal,
    onResult: (_, index) => progress?.advance(all[index].paths),
  });
  let at = 0;
  return jobs.map(({ length }) => joinFates(parts.slice(at, (at += length))));
}
