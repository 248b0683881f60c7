import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../metrics/testing/backends.js';
import { silent } from '../progress/reporter.js';
import { runTrain } from './run-train.js';
import { contextOf, smallConfig } from './testing/small-training.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const STEPS = 1000;
/** Steps from one sample of the memory to the next. */
const EVERY = 20;
/** By then every function is compiled and every buffer has its size. */
const WARM = 200;

/**
 * What may be noise: a standard error that is too small, as neighbouring samples move together where
 * pages are taken and given back in batches, and a page of 4 KiB now and then. Leaked tensors are seen
 * by their number; this is for what is not in tensors.
 */
const NOISE = { standardErrors: 5, bytes: 1000 };

/** The least-squares slope and its standard error. */
function slopeOf(x: readonly number[], y: readonly number[]): { slope: number; error: number } {
  const n = x.length;
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / n;
  const [mx, my] = [mean(x), mean(y)];
  const sxx = x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
  const slope = x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0) / sxx;
  const rest = y.reduce((sum, value, i) => sum + (value - my - slope * (x[i] - mx)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (n - 2) / sxx) };
}

beforeAll(() => useBackend('wasm'));

it('holds the same tensors and no more memory after every one of 1,000 steps', async () => {
  const config = smallConfig({
    ...{ steps: STEPS, batch: 2, checkpointEvery: 50, evaluateEvery: 100, metricsEvery: 100 },
    ...{ learningRate: 1e-3, model: { width: 16, heads: 1, depth: 1 } },
  });
  const tensors = new Set<number>();
  const [steps, resident]: number[][] = [[], []];
  let done = 0;
  const advance = () => {
    tensors.add(tf.memory().numTensors);
    if (++done < WARM || done % EVERY !== 0) return;
    collect();
    steps.push(done);
    resident.push(process.memoryUsage().rss);
  };
  const reporter = { ...silent, task: () => ({ advance, done: () => undefined }) };
  await runTrain({ ...contextOf(config), reporter });
  expect(done).toBe(STEPS);
  expect(tensors.size).toBe(1);
  const { slope, error } = slopeOf(steps, resident);
  console.log(`resident memory: ${slope.toFixed(0)} ± ${error.toFixed(0)} bytes a step`);
  expect(slope).toBeLessThan(Math.max(NOISE.bytes, NOISE.standardErrors * error));
});
