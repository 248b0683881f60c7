import { performance } from 'node:perf_hooks';
import { deriveSeed } from '@shaped/random';
import type { Architecture } from '@shaped/sde';
import * as tf from '@tensorflow/tfjs-core';
import { stringify } from 'yaml';
import { architectureOf, trainedModel } from '../config/index.js';
import type { CommandContext } from '../context.js';
import { EXIT, Failure } from '../failure.js';
import { loadText, trainingText, validationBatches, type CorpusInfo } from '../data/index.js';
import { buildLanguageModel, type LanguageModel } from '../network/index.js';
import { diskFailure, readJsonl, syncFolder, theseVersions } from '../run/index.js';
import { cadenceOf } from './cadence.js';
import {
  CheckpointFolder,
  Checkpoints,
  checkpointSteps,
  resumableCheckpoint,
} from './checkpoint/index.js';
import { departedLayers, departures, watchedBands } from './departures.js';
import { trainedVariables } from './gradients.js';
import { initialBand, type InitialBand } from './initial-band.js';
import { keptTiming } from './kept-timing.js';
import { trainLoop } from './loop.js';
import { VALIDATION_BATCHES } from './evaluation.js';
import { gainsOf } from './measure-layers.js';
import { planMemory } from './memory-plan.js';
import { saveModel } from './model-files.js';
import { assignTensors, namedWeights } from './network-weights.js';
import { sampleText } from './objective/sample-text.js';
import { RecordFile } from './record-file.js';
import { TrainBoard } from './train-board.js';
import {
  checkpointsFolder,
  clearTraining,
  hasTraining,
  modelFolder,
  readInitialBand,
  readTrainRecords,
  readTrainSummary,
  TRAIN_EVENTS,
  writeInitialBand,
  trainPath,
  writeTrainSummary,
  type TrainSummary,
} from './train-files.js';
import type { TimingRecord, TrainingRecord } from './training-record.js';
import { probeInputs } from './probe-inputs.js';
import { planThreads } from './slices/plan-threads.js';
import { trainingSize } from './training-size.js';
import { unigram, unigramLoss } from './unigram.js';

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
  const text = await loadText(config, { reporter, signal });
  const training = trainingText(text, settings, arch.tokens);
  const { size: vocabulary, padding } = training.vocabulary;
  const validation = validationBatches({
    ...{ text: training.validation, batch: settings.batch, count: VALIDATION_BATCHES, seed },
  });
  const probe = probeInputs(training.probe);
  const frequencies = unigram(training.trainTokens, vocabulary);
  const baseline = unigramLoss(frequencies, validation);
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
  const { positions } = config.data;
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
    ...{ arch, vocabulary, padding, positions },
    logPrior: frequencies.logProbabilities,
    seed: deriveSeed(seed, 'train', 'model'),
    tiedEmbeddings: settings.model.tiedEmbeddings,
    trainableGains: settings.model.trainGains,
    ...{ identity: model.identity, centring: model.centring },
  });
  network.checkpointing = checkpointing;
  const { step: firstStep = 0, metrics: recorded } = checkpoint?.record ?? {};
  if (checkpoint === undefined) clearTraining(run);
  // Of the new network: a training that goes on has the band that it began with.
  const band = await predictedBand(context, { network, arch, probe });
  const bands = watchedBands(band?.bands ?? []);
  if (checkpoint !== undefined) {
    assignTensors(namedWeights(network), checkpoint.weights);
    reporter.line(`The training goes on from its checkpoint of step ${firstStep}.`);
  }
  kept.open();
  const metrics = new RecordFile<TrainingRecord>(trainPath(run, 'metrics.jsonl'), recorded?.bytes);
  const before = keptTiming(trainPath(run, 'timing.jsonl'), firstStep);
  const timing = new RecordFile<TimingRecord>(trainPath(run, 'timing.jsonl'), before.bytes);
  const earlier = checkpoint === undefined ? [] : readTrainRecords(run);
  const departed = departedLayers(earlier);
  const board = new TrainBoard(run.path(...TRAIN_EVENTS), {
    ...{ depth: arch.depth, unigramLoss: baseline, bands },
    ...{ heads: arch.heads, gains: gainsOf(network.blocks[0]) },
  });
  const progress = reporter.task('training', settings.steps - firstStep);
  const start = performance.now() - 1000 * before.elapsed;
  const elapsed = () => (performance.now() - start) / 1000;
  const checkpoints = new Checkpoints(kept, {
    ...{ every: settings.checkpointEvery, origin, checkpointing },
    settle: () => {
      for (const file of [metrics, timing, board]) file.sync();
      for (const folder of [run.path('train'), run.path(...TRAIN_EVENTS)]) syncNames(folder);
      return metrics.position;
    },
  });
  const { metricsEvery } = cadenceOf(settings);
  const isMeasured = (step: number) => settings.metrics.memory && step % metricsEvery === 0;
  try {
    board.text('config', `\`\`\`yaml\n${stringify(config)}\`\`\``, 0);
    const outcome = await trainLoop({
      ...{ network, settings, text: training.train, validation, probe, seed, signal },
      ...{ reporter, threads, checkpoints, now: () => performance.now() },
      from: checkpoint && {
        ...{ step: firstStep, optimizer: checkpoint.optimizer },
        validationLosses: earlier.flatMap((own) => (own.kind === 'validation' ? [own.loss] : [])),
      },
      log: {
        train: (record, seconds) => {
          const pace = {
            step: record.step,
            seconds,
            tokensPerSecond: (settings.batch * arch.tokens) / seconds,
            elapsed: elapsed(),
            ...(isMeasured(record.step) ? memoryInUse() : {}),
          };
          metrics.append(record);
          timing.append(pace);
          board.train(record, pace);
          progress.advance(1, `loss ${record.loss.toFixed(2)}`);
        },
        validation: (record) => {
          metrics.append(record);
          board.validation(record);
        },
        layers: (step, layers, isLast) => {
          const records = layers.map(({ record }) => record);
          const leaving = departures(records, bands, departed);
          for (const record of [...records, ...leaving]) metrics.append(record);
          for (const { layer } of leaving) departed.add(layer);
          board.layers(step, layers, isLast);
        },
        extremes: (record) => {
          metrics.append(record);
          board.extremes(record);
        },
        update: (record) => {
          metrics.append(record);
          board.update(record);
        },
      },
    });
    const sample = sampleText(network, text, training, validation, seed);
    board.text('sample', `${sample.prompt} **${sample.continuation}**`, outcome.steps);
    await saveModel(network.model, modelFolder(run));
    const records = readTrainRecords(run);
    const losses = records.filter((record) => record.kind === 'train');
    const validations = records.filter((record) => record.kind === 'validation');
    const last = validations[validations.length - 1];
    const paces = readJsonl<TimingRecord>(trainPath(run, 'timing.jsonl'));
    const updating = paces.reduce((sum, { seconds }) => sum + seconds, 0);
    const summary: TrainSummary = {
      arch,
      objective: settings.objective,
      corpus: { ...corpusRecord(text.corpus), ...training.split },
      vocabulary,
      parameters: trainedVariables(network).reduce((sum, { size }) => sum + size, 0),
      backend,
      seed,
      ...outcome,
      ...(band && {
        band: {
          ...{ theory: band.theory, paths: band.paths },
          ...{ layers: bands.size, departed: departed.size },
        },
      }),
      firstLoss: losses[0].loss,
      lastLoss: losses[losses.length - 1].loss,
      firstValidationLoss: validations[0].loss,
      validationLoss: last.loss,
      perplexity: last.perplexity,
      unigramLoss: baseline,
      unigramEntropy: frequencies.entropy,
      sample,
      seconds: elapsed(),
      tokensPerSecond: (paces.length * settings.batch * arch.tokens) / updating,
    };
    board.close();
    writeTrainSummary(run, summary);
  } catch (error) {
    throw withKept(error, kept.path);
  } finally {
    progress.done();
    metrics.close();
    timing.close();
    closeQuietly(board);
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

/** What the tensors and the process take at present. */
function memoryInUse(): Pick<TimingRecord, 'tensorBytes' | 'residentBytes'> {
  return { tensorBytes: tf.memory().numBytes, residentBytes: process.memoryUsage.rss() };
}

/** Brings the names in a folder to the disk. @throws Failure when it refuses */
function syncNames(folder: string): void {
  try {
    syncFolder(folder);
  } catch (cause) {
    throw diskFailure('write', folder, cause);
  }
}

/** After a failure of the disk this may fail too; the first failure is the one to be told of. */
function closeQuietly(board: TrainBoard): void {
  try {
    board.close();
  } catch {
    return;
  }
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

/** What a corpus is known by: its hash and its size. */
function corpusRecord({ name, sha256, documents, bytes }: CorpusInfo) {
  return { name, sha256, documents, bytes };
}
