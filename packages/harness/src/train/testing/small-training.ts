import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { selectBackend } from '../../backend/index.js';
import { parseConfig, type Config } from '../../config/index.js';
import type { CommandContext } from '../../context.js';
import {
  loadText,
  trainingText,
  validationBatches,
  type Batch,
  type TrainingText,
  type TrainText,
} from '../../data/index.js';
import { buildLanguageModel, type LanguageModel } from '../../network/index.js';
import { architectureOf, trainedModel } from '../../config/index.js';
import { silent } from '../../progress/reporter.js';
import { RunDirectory } from '../../run/index.js';

/** Sentences of a fixed order: whoever reads the last letter can tell the next. */
const TEXT = 'the cat sat on the mat, the dog lay by the door; '.repeat(60);

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shaped-train-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

type SmallChanges = Partial<Omit<Config['train'], 'model'>> & {
  model?: Partial<Config['train']['model']>;
};

/** The configuration of a training that takes a second, on a text of its own. */
export function smallConfig(changes: SmallChanges = {}, seed = 0): Config {
  const folder = temporaryFolder();
  const corpus = join(folder, 'text.txt');
  writeFileSync(corpus, TEXT);
  return parseConfig(
    {
      seed,
      backend: 'wasm',
      model: { tokens: 4, width: 16, depth: 2, heads: 2 },
      data: { corpus, tokenizer: 'bytes' },
      train: {
        ...{ steps: 6, batch: 4, learningRate: 0.01, warmup: 2, metricsEvery: 3, evaluateEvery: 3 },
        ...changes,
        metrics: { bandPaths: 32, ...changes.metrics },
        model: { tokens: 8, ...changes.model },
      },
    },
    'a test',
  );
}

/** What a command is given, in a run directory of its own. */
export function contextOf(
  config: Config,
  signal: CommandContext['signal'] = new AbortController().signal,
): CommandContext {
  return {
    config,
    run: RunDirectory.create(join(temporaryFolder(), 'run'), config),
    reporter: silent,
    signal,
    backend: () => selectBackend(config.backend),
  };
}

/** The text of a configuration, cut and with its objective, and two batches that validate. */
export async function textOf(
  config: Config,
): Promise<{ training: TrainingText; text: TrainText; validation: Batch[] }> {
  const { tokens } = architectureOf(trainedModel(config));
  const training = trainingText(await loadText(config), config.train, tokens);
  const { train: text, validation: held } = training;
  const { seed } = config;
  return {
    training,
    text,
    validation: validationBatches({ text: held, batch: 4, count: 2, seed }),
  };
}

/** The ids of bytes, and the boundary. */
const VOCABULARY = 257;

/** The network of a configuration before its training, and its disposal. */
export function networkOf(
  config: Config,
  vocabulary = VOCABULARY,
  padding?: number,
): LanguageModel {
  const network = buildLanguageModel({
    arch: architectureOf(trainedModel(config)),
    ...{ vocabulary, padding, positions: config.data.positions, seed: config.seed },
    tiedEmbeddings: config.train.model.tiedEmbeddings,
    trainableGains: config.train.model.trainGains,
  });
  onTestFinished(() => void network.model.dispose());
  return network;
}
