import { setImmediate } from 'node:timers/promises';
import { throwIfInterrupted } from '../failure.js';
import { WORKLOADS } from './workloads.js';

/** Milliseconds of one repetition: the median and the least. */
export interface Timing {
  workload: string;
  median: number;
  least: number;
  repetitions: number;
}

export interface BenchOptions {
  signal?: AbortSignal;
  /** Time for the repetitions of one workload, at least one. Defaults to 1,500 ms. */
  milliseconds?: number;
  onWorkload?: (timing: Timing) => void;
}

/** Times every workload on the current backend, after one repetition that is not counted. */
export async function benchBackend({
  signal,
  milliseconds = 1_500,
  onWorkload,
}: BenchOptions = {}): Promise<Timing[]> {
  const timings: Timing[] = [];
  for (const { name, prepare } of WORKLOADS) {
    const { run, dispose } = prepare();
    const times: number[] = [];
    try {
      run();
      const begin = performance.now();
      do {
        const start = performance.now();
        run();
        times.push(performance.now() - start);
        await setImmediate(); // lets a Ctrl-C be heard
        throwIfInterrupted(signal);
      } while (performance.now() - begin < milliseconds);
    } finally {
      dispose();
    }
    times.sort((a, b) => a - b);
    const median = times[Math.floor(times.length / 2)];
    const timing = { workload: name, median, least: times[0], repetitions: times.length };
    timings.push(timing);
    onWorkload?.(timing);
  }
  return timings;
}
