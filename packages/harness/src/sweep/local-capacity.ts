import { availableParallelism } from 'node:os';
import type { Config } from '../config/index.js';
import { bytesOfJob } from './job-memory.js';
import type { SweepJob } from './plan-sweep.js';
import type { SweepCommand } from './sweep-command.js';

/** Share of the free memory that jobs may take. */
const MEMORY_SHARE = 0.8;

/** How many jobs run at once, with how many threads, and what decided that. */
export interface Capacity {
  jobs: number;
  threads: number;
  /** What there was too little of for more. */
  limit: 'asked' | 'jobs' | 'cores' | 'memory';
}

/** The machine as far as it matters here; replaced in tests. */
export interface Machine {
  cores: number;
  /** Memory that processes can still take, in bytes. */
  freeBytes: number;
}

/** This machine now, within the limits that a container sets. */
export function thisMachineNow(): Machine {
  return { cores: availableParallelism(), freeBytes: process.availableMemory() };
}

/** Threads that a configuration asks for: one where it leaves the choice, or works inline. */
const threadsOf = ({ workers }: Config) => Math.max(1, workers ?? 1);

/**
 * How many jobs run at once where nobody said: as many as cores carry their threads, as free memory
 * holds by the estimate of the largest one, and as there are; at least one. Threads are one a job, or
 * what its configuration asks for, and more where there are fewer jobs than cores.
 *
 * @param asked jobs at once and threads that the user decided on
 */
export function localCapacity(
  jobs: readonly SweepJob[],
  commands: readonly SweepCommand[],
  { cores, freeBytes }: Machine,
  asked: { jobs?: number; threads?: number } = {},
): Capacity {
  const wanted = asked.threads ?? Math.max(1, ...jobs.map(({ config }) => threadsOf(config)));
  const bytes = Math.max(1, ...jobs.map(({ config }) => bytesOfJob(config, commands)));
  const limits = [
    { limit: 'jobs', most: jobs.length },
    { limit: 'cores', most: Math.floor(cores / wanted) },
    { limit: 'memory', most: Math.floor((MEMORY_SHARE * freeBytes) / bytes) },
  ] as const;
  const least = limits.reduce((a, b) => (b.most < a.most ? b : a));
  const count = asked.jobs ?? Math.max(1, least.most);
  const spare = Math.max(1, Math.floor(cores / count));
  const choice = jobs.every(({ config }) => config.workers === undefined);
  return {
    jobs: count,
    threads: asked.threads ?? (choice ? spare : wanted),
    limit: asked.jobs === undefined ? least.limit : 'asked',
  };
}
