import { performance } from 'node:perf_hooks';
import { deriveSeed } from '@shaped/random';
import type { Architecture } from '@shaped/sde';
import { stringify } from 'yaml';
import { architectureOf, trainedModel } from '../config/index.js';
import type { CommandContext } from '../context.js';
import { EXIT, Failure } from '../failure.js';
import { buildLanguageModel, type LanguageModel } from '../network/index.js';
import { theseVersions } from '../run/index.js';
import { cadenceOf } from './cadence.js';
import {
  CheckpointFolder,
  Checkpoints,
  checkpointSteps,
  resumableCheckpoint,
} from './checkpoint/index.js';
import { watchedBands } from './departures.js';
import { trainedVariables } from './gradients.js';
import { initialBand, type InitialBand } from './initial-band.js';
import { trainLoop } from './loop.js';
import { gainsOf } from './measure-layers.js';
import { planMemory } from './memory-plan.js';
import { saveModel } from './model-files.js';
import { assignTensors, namedWeights } from './network-weights.js';
import { sampleText } from './objective/sample-text.js';
import { planThreads } from './slices/plan-threads.js';
import { summarizeTraining } from './summarize-training.js';
import {
  checkpointsFolder,
  clearTraining,
  hasTraining,
  modelFolder,
  readInitialBand,
  readTrainSummary,
  trainPath,
  writeInitialBand,
  writeTrainSummary,
} from './train-files.js';
import { TrainingLog } from './training-log.js';
import { trainingMaterials } from './training-materials.js';
import type { TrainingRecord } from './training-record.js';
import { trainingSize } from './training-size.js';

/**
 * Trains a language model on the text of a configuration and measures its layers on the way;
 * writes `train/` and `tensorboard/train/`. A complete training is kept; one that was interrupted or
 * killed goes on from its last checkpoint, and ends with the bytes of one that was not.
 *
 * @throws Failure when a number stops being finite, the disk refuses, or the training is interrupted
 */
export async function runTrain(context: CommandContext): Promise<void> {
  const { run, reporter } = context;
  if (!hasTraining(run)) await train(context);
  const summary = readTrainSummary(run);
  const { steps, firstLoss, lastLoss, validationLoss, perplexity } = summary;
  const gain = summary.unigramLoss - validationLoss;
  if (summary.stoppedEarly) {
    reporter.line(`Stopped early: no new best in ${context.config.train.patience} validations.`);
  }
  reporter.result(
    `train: loss ${firstLoss.toFixed(2)} → ${lastLoss.toFixed(2)} in ${steps} steps; validation ${validationLoss.toFixed(2)} nats (perplexity ${perplexity.toPrecision(3)}), ${Math.abs(gain).toFixed(2)} ${gain > 0 ? 'below' : 'above'} the ${summary.unigramLoss.toFixed(2)} of token frequencies alone`,
    summary,
  );
}

async function train(context: CommandContext): Promise<void> {
  const { config, run, reporter, signal } = context;
  const { train: settings, seed } = config;
  const { name: backend, version } = await context.backend();
  const model = trainedModel(config);
  const arch = architectureOf(model);
  const materials = await trainingMaterials(context, arch.tokens);
  const { text, training, validation, probe, frequencies, unigramLoss } = materials;
  const { size: vocabulary, padding } = training.vocabulary;
  const { name, sha256 } = text.corpus;
  const origin = {
    // No number depends on the workers: a checkpoint has the same bytes with any.
    config: { ...config, workers: undefined },
    corpus: { name, sha256, tokens: text.tokens.length },
    backend: { name: backend, version },
    versions: theseVersions(),
  };
  const kept = new CheckpointFolder(checkpointsFolder(run), settings.keepCheckpoints);
  const checkpoint = resumableCheckpoint(kept, {
    ...{ origin, metrics: trainPath(run, 'metrics.jsonl') },
    warn: (line) => reporter.warn(line),
  });
  const size = trainingSize(arch, vocabulary, config);
  // What was decided when the training began stays: the free memory may be another by now.
  const begun = checkpoint && (checkpoint.record.checkpointing ? 'on' : 'off');
  const memory = planMemory(size, backend, begun ?? settings.checkpointing);
  reporter.line(memory.line);
  const { checkpointing } = memory;
  const { threads, line } = planThreads({
    ...{ size, backend, checkpointing, bytes: memory.bytes, workers: config.workers },
  });
  if (line !== undefined) reporter.line(line);
  const network = buildLanguageModel({
    ...{ arch, vocabulary, padding, positions: config.data.positions },
    logPrior: frequencies.logProbabilities,
    seed: deriveSeed(seed, 'train', 'model'),
    tiedEmbeddings: settings.model.tiedEmbeddings,
    trainableGains: settings.model.trainGains,
    ...{ identity: model.identity, centring: model.centring },
  });
  network.checkpointing = checkpointing;
  if (checkpoint === undefined) clearTraining(run);
  // Of the new network: a training that goes on has the band that it began with.
  const band = await predictedBand(context, { network, arch, probe });
  const bands = watchedBands(band?.bands ?? []);
  const { step: firstStep = 0 } = checkpoint?.record ?? {};
  if (checkpoint !== undefined) {
    assignTensors(namedWeights(network), checkpoint.weights);
    reporter.line(`The training goes on from its checkpoint of step ${firstStep}.`);
  }
  kept.open();
  const { metricsEvery } = cadenceOf(settings);
  const progress = reporter.task('training', settings.steps - firstStep);
  const log = new TrainingLog(run, {
    ...{ depth: arch.depth, heads: arch.heads, gains: gainsOf(network.blocks[0]) },
    ...{ from: checkpoint?.record, bands, unigramLoss, progress },
    batchTokens: settings.batch * arch.tokens,
    isMemoryDue: (step) => settings.metrics.memory && step % metricsEvery === 0,
  });
  const checkpoints = new Checkpoints(kept, {
    ...{ every: settings.checkpointEvery, origin, checkpointing },
    settle: () => log.settle(),
  });
  try {
    log.text('config', `\`\`\`yaml\n${stringify(config)}\`\`\``, 0);
    const outcome = await trainLoop({
      ...{ network, settings, text: training.train, validation, probe, seed, signal },
      ...{ reporter, threads, checkpoints, log, now: () => performance.now() },
      from: checkpoint && {
        ...{ step: firstStep, optimizer: checkpoint.optimizer },
        validationLosses: validationLosses(log.earlier),
      },
    });
    const sample = sampleText(network, text, training, validation, seed);
    log.text('sample', `${sample.prompt} **${sample.continuation}**`, outcome.steps);
    await saveModel(network.model, modelFolder(run));
    const summary = summarizeTraining(run, {
      ...{ config, arch, materials, backend, outcome, sample },
      parameters: trainedVariables(network).reduce((sum, { size }) => sum + size, 0),
      band: band && {
        ...{ theory: band.theory, paths: band.paths },
        ...{ layers: bands.size, departed: log.departed },
      },
      seconds: log.elapsed,
    });
    log.finish();
    writeTrainSummary(run, summary);
  } catch (error) {
    throw withKept(error, kept.path);
  } finally {
    progress.done();
    log.close();
    network.model.dispose();
  }
}

/** The band of initialisation, kept in `train/band.json`; undefined when it is not wanted. */
async function predictedBand(
  { config, run, reporter, signal }: CommandContext,
  { network, arch, probe }: { network: LanguageModel; arch: Architecture; probe: Int32Array },
): Promise<InitialBand | undefined> {
  const { layers, band: isWanted, bandPaths: paths } = config.train.metrics;
  if (!layers || !isWanted) return undefined;
  const kept = readInitialBand(run);
  if (kept !== undefined) return kept;
  const { stopAt, stepsPerLayer } = config.predict;
  reporter.line('Predicting the band of the layers before training …');
  const band = await initialBand(network, {
    ...{ arch, probe, paths, seed: config.seed, stopAt, stepsPerLayer },
    ...{ workers: config.workers, signal },
  });
  if (typeof band !== 'string') {
    writeInitialBand(run, band);
    return band;
  }
  reporter.line(`No band before training: ${band}`);
  return undefined;
}

/** A failure that also says what is kept; an interruption says so by itself. */
function withKept(error: unknown, folder: string): unknown {
  const step = checkpointSteps(folder).at(-1);
  if (!(error instanceof Failure) || error.exitCode !== EXIT.failed || step === undefined) {
    return error;
  }
  return new Failure(
    `${error.message} The checkpoint of step ${step} is kept in ${folder}.`,
    error.exitCode,
    { cause: error },
  );
}

/** The validation losses among records, in their order. */
function validationLosses(records: readonly TrainingRecord[]): number[] {
  return records.flatMap((own) => (own.kind === 'validation' ? [own.loss] : []));
}
