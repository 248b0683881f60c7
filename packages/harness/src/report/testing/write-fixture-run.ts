import { join } from 'node:path';
import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { simulateChain, type Architecture, type BlockKind } from '@shaped/sde';
import { writeCheck, type CheckRecord } from '../../check/check-files.js';
import { judge, type Measurement } from '../../check/finding.js';
import type { ResidualProfile } from '../../check/residual-tests.js';
import { ONE_STEP_STAGES } from '../../check/one-step.js';
import { STEP_QUANTITIES } from '../../check/step-quantities.js';
import { architectureOf, parseConfig, type Config } from '../../config/index.js';
import { gramMetrics, tokenCovariance } from '../../metrics/index.js';
import { embedWindow } from '../../network/embed-window.js';
import { recordedLayers, type PredictPlan, type Theory } from '../../predict/predict-plan.js';
import { predictPaths } from '../../predict/predict-paths.js';
import { writePrediction } from '../../predict/prediction-files.js';
import { writeProbe } from '../../probe/probe-files.js';
import type { ProbePlan, ProbeWindow } from '../../probe/probe-plan.js';
import type { ProbeResult } from '../../probe/probe-network.js';
import { RunDirectory, writeJsonl } from '../../run/index.js';
import type { TrainingRecord } from '../training-records.js';

export interface FixtureOptions {
  depth?: number;
  width?: number;
  tokens?: number;
  networks?: number;
  paths?: number;
  seed?: number;
  name?: string;
  /** The first window's text, words split by spaces. */
  text?: string;
  parts?: readonly ('probe' | 'predict' | 'check' | 'train')[];
  windows?: number;
}

const ALL = ['probe', 'predict', 'check', 'train'] as const;

function fixtureConfig(options: FixtureOptions): Config {
  const { depth = 10, width = 32, tokens = 4, seed = 0, name = 'fixture' } = options;
  return parseConfig(
    { name, seed, model: { depth, width, tokens, norm: 'rms' } },
    'fixture configuration',
  );
}

/** A window of the given words; the same word is the same token. */
function windowOf(text: string): ProbeWindow {
  const words = text.split(' ');
  return { ids: words.map((word) => words.indexOf(word)), text };
}

function windowsOf({ tokens = 4, text, windows = 2 }: FixtureOptions): ProbeWindow[] {
  const words = Array.from(
    { length: tokens },
    (_, i) => 'the state of our union is strong and'.split(' ')[i % 8],
  );
  return Array.from({ length: windows }, (_, i) =>
    i === 0
      ? windowOf(text ?? words.join(' '))
      : windowOf(words.map((w) => w + 'x'.repeat(i)).join(' ')),
  );
}

function starts(config: Config, windows: readonly ProbeWindow[]): Float64Array[] {
  const { width, tokens } = config.model;
  return windows.map(({ ids }, i) =>
    tokenCovariance(
      embedWindow(ids, { width, seed: config.seed + i, positions: true }),
      tokens,
      width,
    ),
  );
}

/**
 * Measured networks, drawn from the exact chain: the law of the networks without their cost. The
 * attention and gradient numbers are smooth functions of depth.
 */
function writeFixtureProbe(
  run: RunDirectory,
  config: Config,
  block: BlockKind,
  networks: number,
  windows: ProbeWindow[],
): void {
  const arch: Architecture = architectureOf(config.model, { block });
  const { depth, tokens } = arch;
  const size = tokens * tokens;
  const V0 = starts(config, windows);
  const { V } = simulateChain({
    arch,
    V0: (path) => V0[path % V0.length],
    paths: networks,
    seed: config.seed + 100,
    recordAt: Array.from({ length: depth + 1 }, (_, layer) => layer),
  });
  const plan: ProbePlan = {
    arch,
    negativeControl: 'none',
    backend: 'wasm',
    seed: config.seed,
    positions: true,
    windows,
    networks,
    gradients: 2,
    keepMatrices: true,
  };
  const stream = new Stream(foldIn(keyFromSeed(config.seed), 'fixture', block));
  const decay = block === 'shaped' ? 0.001 : 0.15;
  const results = Array.from({ length: networks }, (_, network): ProbeResult => {
    const own = V.slice(network * (depth + 1) * size, (network + 1) * (depth + 1) * size);
    return {
      network,
      layers: Array.from({ length: depth + 1 }, (_, layer) => ({
        network,
        window: network % windows.length,
        layer,
        metrics: gramMetrics(own.subarray(layer * size, (layer + 1) * size), tokens),
        ...(layer === 0
          ? {}
          : {
              attention: {
                attentionEntropy: Math.log(tokens) * (1 - 0.1 * stream.uniform()),
                attentionEntropyNormalized: 1 - 0.1 * stream.uniform(),
              },
            }),
      })),
      ...(network < 2
        ? {
            gradients: Array.from({ length: depth }, (_, layer) => {
              const norm = Math.exp(0.1 * stream.normal() - decay * layer);
              return {
                gradientNorm: norm,
                queryGradientNorm: 0.1 * norm * norm,
                keyGradientNorm: 0.12 * norm * norm,
              };
            }),
          }
        : {}),
      matrices: {
        V: own,
        half: new Float64Array(depth * size),
        mixed: new Float64Array(depth * size),
        excess: new Float64Array(depth * size),
      },
    };
  });
  writeProbe(run, plan, results);
}

function writeFixturePrediction(
  run: RunDirectory,
  config: Config,
  theory: Theory,
  paths: number,
  windows: ProbeWindow[],
): void {
  const arch = architectureOf(config.model);
  const plan: PredictPlan = {
    theory,
    arch,
    starts: starts(config, windows),
    seed: config.seed + 7,
    stopAt: 1000,
    stepsPerLayer: 1,
    layers: recordedLayers(arch.depth),
  };
  writePrediction(run, plan, predictPaths({ plan, firstPath: 0, paths }));
}

/** Findings with each verdict, residuals without an error but for one stage, and a shrinking gap. */
export function fixtureCheck(depth: number): { record: CheckRecord; profiles: ResidualProfile[] } {
  const stream = new Stream(keyFromSeed(3), 0);
  const measurement = (
    quantity: string,
    effect: number,
    pValue: number,
    detectable: number,
  ): Measurement => ({
    comparison: 'network against exact chain',
    quantity,
    test: 'mean rank among one-step draws',
    effect,
    unit: 'sd of a step',
    standardError: 0.0123,
    pValue,
    detectable,
    resolution: 0.1,
    tolerance: 0,
  });
  const findings = [
    ...judge(
      [
        measurement('mixing: drift of norm', 0.00731, 0.43, 0.062),
        measurement('mixing: drift of correlation', -0.2345, 1e-12, 0.062),
        measurement('mixing: drift of spread', 0.0411, 0.21, 0.31),
      ],
      0.01,
    ),
    ...judge(
      [
        {
          ...measurement('mean token correlation: gap left as n → ∞', 0.0191, 0.6, 0.11),
          comparison: 'exact chain against SDE',
          unit: 'sd of the SDE',
        },
      ],
      0.01,
    ),
  ];
  const profiles = ONE_STEP_STAGES.flatMap((stage) =>
    STEP_QUANTITIES.flatMap((quantity) =>
      Array.from({ length: depth }, (_, layer): ResidualProfile => ({
        stage,
        quantity,
        layer: layer + 1,
        drift: 0.1 * stream.normal() - (stage === 'mixing' && quantity === 'correlation' ? 0.3 : 0),
        driftStandardError: 0.1,
        diffusion: 0.2 * stream.normal(),
        diffusionStandardError: 0.2,
      })),
    ),
  );
  const gaps = (['correlationMean', 'logNormMean', 'effectiveRank'] as const).flatMap((metric, i) =>
    [64, 128, 256].map((width) => ({
      width,
      metric,
      gap: ((-1) ** i * 20) / width,
      standardError: 0.03,
      ks: 8 / width,
      ksNoise: 0.043,
    })),
  );
  return {
    record: {
      verdict: 'FAIL',
      alpha: 0.01,
      negativeControl: 'none',
      comparisons: {
        'network against exact chain': 'FAIL',
        'exact chain against SDE': 'PASS',
      },
      findings,
      gaps,
    },
    profiles,
  };
}

/** The training records of a network whose loss falls and whose tokens stay apart. */
export function fixtureTraining(): TrainingRecord[] {
  const stream = new Stream(keyFromSeed(5), 0);
  const records: TrainingRecord[] = [];
  for (let step = 1; step <= 120; step++) {
    records.push({
      step,
      kind: 'train',
      loss: 5 * Math.exp(-step / 80) + 3 + 0.1 * stream.normal(),
      learningRate: 2e-3,
      gradientNorm: 1 + 0.1 * stream.normal(),
      tokensPerSecond: 900,
    });
    if (step % 20 > 0 && step > 1) continue;
    const loss = 5 * Math.exp(-step / 80) + 3.1;
    records.push({ step, kind: 'validation', loss, perplexity: Math.exp(loss) });
    for (let layer = 0; layer <= 12; layer++) {
      const metrics = gramMetrics([1 + step / 100, 0.02 * layer, 0.02 * layer, 1], 2);
      records.push({
        step,
        kind: 'layer',
        layer,
        metrics: { ...metrics, ...(layer > 0 ? { attentionEntropy: 1.2 - step / 500 } : {}) },
        ...(layer > 0
          ? {
              gamma1: [1 - 0.001 * step * layer * 0.1, 1],
              gamma2: [1 - 0.002 * step * layer * 0.1, 1],
            }
          : {}),
      });
    }
  }
  return records;
}

/** Writes a run directory with the same functions that the commands use. */
export function writeFixtureRun(folder: string, options: FixtureOptions = {}): RunDirectory {
  const { networks = 6, paths = 20, parts = ALL } = options;
  const config = fixtureConfig(options);
  const run = RunDirectory.create(join(folder, config.name), config);
  const windows = windowsOf(options);
  if (parts.includes('probe')) {
    for (const block of ['shaped', 'unshaped', 'preLN', 'postLN'] as const) {
      writeFixtureProbe(run, config, block, networks, windows);
    }
  }
  if (parts.includes('predict')) {
    writeFixturePrediction(run, config, 'sde', paths, windows);
    writeFixturePrediction(run, config, 'chain', paths, windows);
  }
  if (parts.includes('check')) {
    const { record, profiles } = fixtureCheck(config.model.depth);
    writeCheck(run, record, profiles);
  }
  if (parts.includes('train')) {
    writeJsonl(run.path('train', 'metrics.jsonl'), fixtureTraining());
  }
  return run;
}
