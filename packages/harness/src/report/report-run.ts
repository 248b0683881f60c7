import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { BlockKind } from '@shaped/sde';
import { hasCheck, readCheck, readResiduals, type CheckRecord } from '../check/check-files.js';
import type { ResidualProfile } from '../check/residual-tests.js';
import type { Config } from '../config/index.js';
import { hasMap, readMap, type MapResult } from '../map/map-files.js';
import { hasPrediction, readPrediction, readPredictionArray } from '../predict/prediction-files.js';
import type { Band, Prediction, Theory } from '../predict/index.js';
import {
  hasProbe,
  readGradientRecords,
  readLayerRecords,
  readProbe,
  readProbeMatrix,
  type GradientRecord,
  type ProbeRecord,
} from '../probe/probe-files.js';
import type { LayerRecord } from '../probe/probe-network.js';
import { diskFailure, readManifest, type Manifest, type RunDirectory } from '../run/index.js';
import { readInitialBand } from '../train/index.js';
import { readTraining, type TrainingRecord } from './training-records.js';

/** One measured ensemble of networks. */
export interface ReportProbe {
  block: BlockKind;
  record: ProbeRecord;
  layers: LayerRecord[];
  gradients: GradientRecord[];
  /** V of every layer, [networks, L + 1, T, T], where it was kept. */
  V?: Float64Array;
}

/** One predicted ensemble with its metrics, [paths, records, metrics]. */
export interface ReportPrediction extends Prediction {
  metrics: Float64Array;
}

/** Everything a report says of one run; what the run does not hold is absent. */
export interface ReportRun {
  name: string;
  config: Config;
  /** `config.yaml`, word for word. */
  configText: string;
  /** `manifest.json`: on what it was made. */
  manifest?: Manifest;
  /** The model's networks first. */
  probes: ReportProbe[];
  predictions: Partial<Record<Theory, ReportPrediction>>;
  check?: CheckRecord;
  residuals: ResidualProfile[];
  training?: TrainingRecord[];
  /** What theory says of the trained network's layers before training. */
  trainingBands?: Band[];
  map?: MapResult;
}

const BLOCKS: BlockKind[] = ['shaped', 'unshaped', 'preLN', 'postLN', 'depthScaled'];

function readReportProbe(run: RunDirectory, block: BlockKind): ReportProbe {
  const record = readProbe(run, block);
  return {
    block,
    record,
    layers: readLayerRecords(run, block),
    gradients: readGradientRecords(run, block),
    ...(record.matrices.includes('V') ? { V: readProbeMatrix(run, block, 'V') } : {}),
  };
}

function readReportPrediction(run: RunDirectory, theory: Theory): ReportPrediction {
  return {
    ...readPrediction(run, theory),
    metrics: readPredictionArray(run, theory, 'metrics'),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw diskFailure('read', path, cause);
  }
}

/**
 * Reads all parts of a run that are complete.
 *
 * @throws Failure when a part is damaged
 */
export function readReportRun(run: RunDirectory): ReportRun {
  const config = run.config();
  const blocks = BLOCKS.filter((block) => hasProbe(run, block)).sort(
    (a, b) => Number(b === config.model.block) - Number(a === config.model.block),
  );
  const theories = (['sde', 'chain'] as const).filter((theory) => hasPrediction(run, theory));
  const checked = hasCheck(run);
  return {
    name: basename(run.root),
    config,
    configText: readText(run.path('config.yaml')),
    manifest: run.has('manifest.json') ? readManifest(run) : undefined,
    probes: blocks.map((block) => readReportProbe(run, block)),
    predictions: Object.fromEntries(
      theories.map((theory) => [theory, readReportPrediction(run, theory)]),
    ),
    check: checked ? readCheck(run) : undefined,
    residuals: checked ? readResiduals(run) : [],
    training: readTraining(run),
    trainingBands: readInitialBand(run)?.bands,
    map: hasMap(run) ? readMap(run) : undefined,
  };
}

/** The ensemble of the configured model, if it was measured. */
export function modelProbe({ probes, config }: ReportRun): ReportProbe | undefined {
  return probes.find(({ block }) => block === config.model.block);
}
