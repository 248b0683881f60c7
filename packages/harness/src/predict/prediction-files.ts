import { readJsonl, readNpy, writeJsonl, writeNpy, type RunDirectory } from '../run/index.js';
import { gramMetricNames } from '../metrics/index.js';
import { bandsOf, type Band } from './bands.js';
import type { PredictedPaths } from './predict-paths.js';
import type { PredictPlan, Theory } from './predict-plan.js';

/** What `predict/<theory>/prediction.json` says; it is written last and marks completeness. */
export interface PredictionRecord {
  theory: Theory;
  arch: PredictPlan['arch'];
  seed: number;
  paths: number;
  layers: number[];
  /** The order of the last axis of metrics.npy. */
  metrics: readonly string[];
  stopAt: number;
  stepsPerLayer: number;
  /** Paths that left |V| ≤ r, by the end. */
  stopped: number;
}

/** A prediction read back from a run directory. */
export interface Prediction {
  record: PredictionRecord;
  bands: Band[];
}

/** Writes a predicted ensemble: bands, metrics of every path, and V at the last layer. */
export function writePrediction(
  run: RunDirectory,
  plan: PredictPlan,
  { metrics, final, stoppedAt }: PredictedPaths,
): PredictionRecord {
  const folder = ['predict', plan.theory];
  const paths = stoppedAt.length;
  const m = plan.arch.tokens;
  writeNpy(run.path(...folder, 'metrics.npy'), {
    shape: [paths, plan.layers.length, gramMetricNames.length],
    data: metrics,
  });
  writeNpy(run.path(...folder, 'final.npy'), { shape: [paths, m, m], data: final });
  writeNpy(run.path(...folder, 'stopped.npy'), { shape: [paths], data: stoppedAt });
  writeJsonl(
    run.path(...folder, 'bands.jsonl'),
    bandsOf({ metrics, records: plan.layers.length }, plan.layers),
  );
  const record: PredictionRecord = {
    theory: plan.theory,
    arch: plan.arch,
    seed: plan.seed,
    paths,
    layers: plan.layers,
    metrics: gramMetricNames,
    stopAt: plan.stopAt,
    stepsPerLayer: plan.stepsPerLayer,
    stopped: stoppedAt.filter(Number.isFinite).length,
  };
  run.writeJson(record, ...folder, 'prediction.json');
  return record;
}

/** True when `predict/<theory>` is complete. */
export function hasPrediction(run: RunDirectory, theory: Theory): boolean {
  return run.has('predict', theory, 'prediction.json');
}

/** The record and bands of a prediction. @throws Failure when it is missing or damaged */
export function readPrediction(run: RunDirectory, theory: Theory): Prediction {
  return {
    record: run.readJson('predict', theory, 'prediction.json'),
    bands: readJsonl(run.path('predict', theory, 'bands.jsonl')),
  };
}

/** One array of a prediction. */
export function readPredictionArray(
  run: RunDirectory,
  theory: Theory,
  name: 'metrics' | 'final' | 'stopped',
): Float64Array {
  return readNpy(run.path('predict', theory, `${name}.npy`)).data;
}
