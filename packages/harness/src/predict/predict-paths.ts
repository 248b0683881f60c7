import { deriveSeed } from '@shaped/random';
import { simulate, simulateChain, transformerSde, type Ensemble } from '@shaped/sde';
import { gramMetricNames, gramMetrics } from '../metrics/index.js';
import type { PredictPlan } from './predict-plan.js';

export interface PredictJob {
  plan: PredictPlan;
  firstPath: number;
  paths: number;
}

/** Predicted paths: their metrics at the recorded layers and V at the last one. */
export interface PredictedPaths {
  /** [paths, records, metrics], metrics in the order of `gramMetricNames`; NaN where undefined. */
  metrics: Float64Array;
  /** V at the last layer, [paths, T, T]. */
  final: Float64Array;
  /** Layer at which a path left |V| ≤ r; +Infinity where it never did. */
  stoppedAt: Float64Array;
}

function ensemble({ plan, firstPath, paths }: PredictJob): Promise<Ensemble> {
  const { arch, stepsPerLayer, stopAt, layers } = plan;
  const seed = deriveSeed(plan.seed, plan.theory);
  const starts = plan.theory === 'chain' ? (plan.startSlices ?? plan.starts) : plan.starts;
  const V0 = (path: number) => starts[path % starts.length];
  if (plan.theory === 'chain') {
    return simulateChain({ arch, V0, paths, firstPath, seed, stopAt, recordAt: layers });
  }
  return simulate({
    model: transformerSde(arch),
    solver: 'eulerMaruyama',
    V0,
    time: arch.depth / arch.width,
    steps: arch.depth * stepsPerLayer,
    paths,
    firstPath,
    seed,
    stopAt,
    recordAt: layers.map((layer) => layer * stepsPerLayer),
  });
}

/** Simulates a range of paths and reduces them to metrics. */
export async function predictPaths(job: PredictJob): Promise<PredictedPaths> {
  const { arch, layers } = job.plan;
  const { V, stoppedAt } = await ensemble(job);
  const m = arch.tokens;
  const size = m * m;
  const records = layers.length;
  const metrics = new Float64Array(job.paths * records * gramMetricNames.length);
  const final = new Float64Array(job.paths * size);
  for (let path = 0; path < job.paths; path++) {
    for (let record = 0; record < records; record++) {
      const at = path * records + record;
      const values = gramMetrics(V.subarray(at * size, (at + 1) * size), m);
      gramMetricNames.forEach((name, i) => {
        metrics[at * gramMetricNames.length + i] = values[name] ?? NaN;
      });
    }
    const last = (path * records + records - 1) * size;
    final.set(V.subarray(last, last + size), path * size);
  }
  return { metrics, final, stoppedAt: stoppedAt.map((time) => time * arch.width) };
}
