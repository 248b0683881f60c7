import { rmSync } from 'node:fs';
import type { Architecture } from '@shaped/sde';
import type { CorpusInfo, ObjectiveName, SplitRecord } from '../data/index.js';
import type { LanguageModel } from '../network/index.js';
import type { Theory } from '../predict/index.js';
import { readJsonl, type RunDirectory } from '../run/index.js';
import type { InitialBand } from './initial-band.js';
import { loadModel } from './model-files.js';
import type { Sample } from './objective/sample-text.js';
import type { TrainingRecord } from './training-record.js';

/** What `train/summary.json` says; it is written last and marks completeness. Losses are in nats. */
export interface TrainSummary {
  arch: Architecture;
  objective: ObjectiveName;
  /** The text, and how it was cut into what is trained on and what validates. */
  corpus: Omit<CorpusInfo, 'notes'> & SplitRecord;
  /** Token ids, with the marks that no text holds. */
  vocabulary: number;
  /** Trained numbers. */
  parameters: number;
  backend: string;
  seed: number;
  /** Updates made. */
  steps: number;
  /** Whether it ended before `train.steps`, as the validation loss no longer fell. */
  stoppedEarly: boolean;
  /** The band of ρ at initialisation and how many layers have left it; absent without one. */
  band?: { theory: Theory; paths: number; layers: number; departed: number };
  /** Of the first and of the last batch. */
  firstLoss: number;
  lastLoss: number;
  /** On the validation batches, before and after training. */
  firstValidationLoss: number;
  validationLoss: number;
  perplexity: number;
  /** On the same batches, by the token frequencies of the text trained on: what uses no context. */
  unigramLoss: number;
  /** Entropy of the token frequencies of the text trained on. */
  unigramEntropy: number;
  /** A piece of the validation text, and what the model makes of it. */
  sample: Sample;
  seconds: number;
  tokensPerSecond: number;
}

const FOLDER = 'train';
const SUMMARY = 'summary.json';
const BAND = 'band.json';

/** Where the event files of a training stand. */
export const TRAIN_EVENTS = ['tensorboard', 'train'] as const;

/** The folder of the trained model. */
export function modelFolder(run: RunDirectory): string {
  return run.path(FOLDER, 'model');
}

/** The folder of the checkpoints. */
export function checkpointsFolder(run: RunDirectory): string {
  return run.path(FOLDER, 'checkpoints');
}

/** A file of the training. */
export function trainPath(run: RunDirectory, name: 'metrics.jsonl' | 'timing.jsonl'): string {
  return run.path(FOLDER, name);
}

/** True when the training is complete. */
export function hasTraining(run: RunDirectory): boolean {
  return run.has(FOLDER, SUMMARY);
}

/** Removes what an unfinished training left. */
export function clearTraining(run: RunDirectory): void {
  rmSync(run.path(FOLDER), { recursive: true, force: true });
  rmSync(run.path(...TRAIN_EVENTS), { recursive: true, force: true });
}

/** Marks the training complete. */
export function writeTrainSummary(run: RunDirectory, summary: TrainSummary): void {
  run.writeJson(summary, FOLDER, SUMMARY);
}

/** How a complete training went. @throws Failure when it is missing or damaged */
export function readTrainSummary(run: RunDirectory): TrainSummary {
  return run.readJson(FOLDER, SUMMARY);
}

/** What was measured, in the order of the steps; of an interrupted training what there is. */
export function readTrainRecords(run: RunDirectory): TrainingRecord[] {
  return readJsonl(trainPath(run, 'metrics.jsonl'));
}

/** Keeps what theory says of the network before its training. */
export function writeInitialBand(run: RunDirectory, band: InitialBand): void {
  run.writeJson(band, FOLDER, BAND);
}

/** What theory says of the network before its training; undefined where nothing was kept. */
export function readInitialBand(run: RunDirectory): InitialBand | undefined {
  return run.has(FOLDER, BAND) ? run.readJson(FOLDER, BAND) : undefined;
}

/** The trained model. @throws Failure when it is missing or damaged */
export function readTrainedModel(run: RunDirectory): Promise<LanguageModel> {
  return loadModel(modelFolder(run));
}
