import { performance } from 'node:perf_hooks';
import { deriveSeed } from '@shaped/random';
import { stringify } from 'yaml';
import { architectureOf, trainedModel } from '../config/index.js';
import type { CommandContext } from '../context.js';
import { loadText, splitTokens, validationBatches, type Text } from '../data/index.js';
import { buildLanguageModel, type LanguageModel } from '../network/index.js';
import { continueText } from './continue-text.js';
import { trainedVariables } from './gradients.js';
import { trainLoop } from './loop.js';
import { saveModel } from './model-files.js';
import { RecordFile } from './record-file.js';
import { TrainBoard } from './train-board.js';
import {
  clearTraining,
  hasTraining,
  modelFolder,
  readTrainSummary,
  TRAIN_EVENTS,
  trainPath,
  writeTrainSummary,
  type TrainSummary,
} from './train-files.js';
import type { TimingRecord, TrainingRecord, TrainStep, ValidationStep } from './training-record.js';
import { unigram, unigramLoss } from './unigram.js';

/** Batches of the validation loss: enough that its change over a training exceeds its noise. */
const VALIDATION_BATCHES = 8;

/** Validation windows whose layers are measured. */
const PROBE_WINDOWS = 4;

/** Tokens the sample adds, and how bold it is: 0.8 keeps rare slips from derailing the text. */
const SAMPLE = { count: 40, temperature: 0.8 };

/**
 * Trains a causal language model on the text of a configuration and measures its layers on the way;
 * writes `train/` and `tensorboard/train/`. A complete training is kept; what an interrupted one
 * left stays readable until the next begins anew.
 *
 * @throws Failure when a number stops being finite, or the training is interrupted
 */
export async function runTrain(context: CommandContext): Promise<void> {
  const { run, reporter } = context;
  if (!hasTraining(run)) await train(context);
  const summary = readTrainSummary(run);
  const { steps, firstLoss, lastLoss, validationLoss, perplexity } = summary;
  const gain = summary.unigramLoss - validationLoss;
  reporter.result(
    `train: loss ${firstLoss.toFixed(2)} → ${lastLoss.toFixed(2)} in ${steps} steps; validation ${validationLoss.toFixed(2)} nats (perplexity ${perplexity.toPrecision(3)}), ${Math.abs(gain).toFixed(2)} ${gain > 0 ? 'below' : 'above'} the ${summary.unigramLoss.toFixed(2)} of token frequencies alone`,
    summary,
  );
}

async function train(context: CommandContext): Promise<void> {
  const { config, run, reporter, signal } = context;
  const { train: settings, seed } = config;
  const { name: backend } = await context.backend();
  const arch = architectureOf(trainedModel(config));
  const text = loadText(config);
  const vocabulary = text.tokenizer.size;
  const split = splitTokens(text.tokens, settings.validationFraction, arch.tokens);
  const held = { tokens: split.validation, length: arch.tokens };
  const validation = validationBatches({
    ...{ ...held, batch: settings.batch, count: VALIDATION_BATCHES },
  });
  const [{ inputs: probe }] = validationBatches({ ...held, batch: PROBE_WINDOWS, count: 1 });
  const frequencies = unigram(split.train, vocabulary);
  const baseline = unigramLoss(frequencies, validation);
  const network = buildLanguageModel({
    ...{ arch, vocabulary, positions: config.data.positions },
    logPrior: frequencies.logProbabilities,
    seed: deriveSeed(seed, 'train', 'model'),
  });
  clearTraining(run);
  const metrics = new RecordFile<TrainingRecord>(trainPath(run, 'metrics.jsonl'));
  const timing = new RecordFile<TimingRecord>(trainPath(run, 'timing.jsonl'));
  const board = new TrainBoard(run.path(...TRAIN_EVENTS), {
    ...{ depth: arch.depth, steps: settings.steps, unigramLoss: baseline },
  });
  const progress = reporter.task('training', settings.steps);
  const losses: TrainStep[] = [];
  const validations: ValidationStep[] = [];
  let updating = 0;
  const start = performance.now();
  try {
    board.text('config', `\`\`\`yaml\n${stringify(config)}\`\`\``, 0);
    await trainLoop({
      ...{ network, settings, tokens: split.train, validation, probe, seed, signal },
      reporter,
      now: () => performance.now(),
      log: {
        train: (record, seconds) => {
          const pace = {
            step: record.step,
            seconds,
            tokensPerSecond: (settings.batch * arch.tokens) / seconds,
          };
          losses.push(record);
          updating += seconds;
          metrics.append(record);
          timing.append(pace);
          board.train(record, pace);
          progress.advance(1, `loss ${record.loss.toFixed(2)}`);
        },
        validation: (record) => {
          validations.push(record);
          metrics.append(record);
          board.validation(record);
        },
        layers: (step, layers) => {
          for (const { record } of layers) metrics.append(record);
          board.layers(step, layers);
        },
      },
    });
    const sample = sampleOf(network, text, split.validation, seed);
    board.text('sample', `${sample.prompt} **${sample.continuation}**`, settings.steps);
    await saveModel(network.model, modelFolder(run));
    const last = validations[validations.length - 1];
    const summary: TrainSummary = {
      arch,
      vocabulary,
      parameters: trainedVariables(network).reduce((sum, { size }) => sum + size, 0),
      backend,
      seed,
      steps: settings.steps,
      firstLoss: losses[0].loss,
      lastLoss: losses[losses.length - 1].loss,
      firstValidationLoss: validations[0].loss,
      validationLoss: last.loss,
      perplexity: last.perplexity,
      unigramLoss: baseline,
      unigramEntropy: frequencies.entropy,
      sample,
      seconds: (performance.now() - start) / 1000,
      tokensPerSecond: (settings.steps * settings.batch * arch.tokens) / updating,
    };
    writeTrainSummary(run, summary);
  } finally {
    progress.done();
    metrics.close();
    timing.close();
    board.close();
    network.model.dispose();
  }
}

/** The first half of a sequence of the validation text, and what the model makes of it. */
function sampleOf(
  network: LanguageModel,
  { tokenizer }: Text,
  tokens: Int32Array,
  seed: number,
): TrainSummary['sample'] {
  const prompt = tokens.subarray(0, Math.ceil(network.tokens / 2));
  const written = continueText(network, {
    prompt,
    ...SAMPLE,
    seed: deriveSeed(seed, 'train', 'sample'),
    without: tokenizer.name === 'words' ? [0] : [],
  });
  return { prompt: tokenizer.decode(prompt), continuation: tokenizer.decode(written) };
}
