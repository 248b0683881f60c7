import { join } from 'node:path';
import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { simulateChain, type Architecture, type BlockKind } from '@shaped/sde';
import { writeCheck } from '../../check/check-files.js';
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
import { fixtureCheck } from './fixture-check.js';
import { writeInitialBand } from '../../train/train-files.js';
import { fixtureBands, fixtureTraining } from './fixture-training.js';

export interface FixtureOptions {
  depth?: number;
  /** Of the network that is trained. Defaults to `depth`. */
  trainedDepth?: number;
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
    {
      ...{ name, seed, model: { depth, width, tokens, norm: 'rms' } },
      train: { model: { depth: options.trainedDepth } },
    },
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
async function writeFixtureProbe(
  run: RunDirectory,
  config: Config,
  block: BlockKind,
  networks: number,
  windows: ProbeWindow[],
): Promise<void> {
  const arch: Architecture = architectureOf(config.model, { block });
  const { depth, tokens } = arch;
  const size = tokens * tokens;
  const V0 = starts(config, windows);
  const { V } = await simulateChain({
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

async function writeFixturePrediction(
  run: RunDirectory,
  config: Config,
  theory: Theory,
  paths: number,
  windows: ProbeWindow[],
): Promise<void> {
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
  writePrediction(run, plan, await predictPaths({ plan, firstPath: 0, paths }));
}

/** Writes a run directory with the same functions that the commands use. */
export async function writeFixtureRun(
  folder: string,
  options: FixtureOptions = {},
): Promise<RunDirectory> {
  const { networks = 6, paths = 20, parts = ALL } = options;
  const config = fixtureConfig(options);
  const run = RunDirectory.create(join(folder, config.name), config);
  const windows = windowsOf(options);
  if (parts.includes('probe')) {
    for (const block of ['shaped', 'unshaped', 'preLN', 'postLN'] as const) {
      await writeFixtureProbe(run, config, block, networks, windows);
    }
  }
  if (parts.includes('predict')) {
    await writeFixturePrediction(run, config, 'sde', paths, windows);
    await writeFixturePrediction(run, config, 'chain', paths, windows);
  }
  if (parts.includes('check')) {
    const { record, profiles } = fixtureCheck(config.model.depth);
    writeCheck(run, record, profiles);
  }
  if (parts.includes('train')) {
    writeJsonl(run.path('train', 'metrics.jsonl'), fixtureTraining());
    writeInitialBand(run, { theory: 'chain', paths: 99, bands: fixtureBands() });
  }
  return run;
}
