import * as tf from '@tensorflow/tfjs-core';
import type { Task } from '../progress/reporter.js';
import type { Band } from '../predict/index.js';
import { diskFailure, syncFolder, type RunDirectory } from '../run/index.js';
import { departedLayers, departures } from './departures.js';
import { keptTiming } from './kept-timing.js';
import type { TrainLog } from './loop.js';
import type { LayerMeasurement } from './measure-layers.js';
import { RecordFile, type FilePosition } from './record-file.js';
import { TrainBoard, type TrainBoardOptions } from './train-board.js';
import { readTrainRecords, TRAIN_EVENTS, trainPath } from './train-files.js';
import type {
  ExtremesStep,
  TimingRecord,
  TrainingRecord,
  TrainStep,
  UpdateStep,
  ValidationStep,
} from './training-record.js';

export interface TrainingLogOptions extends TrainBoardOptions {
  /** Where the training goes on, and how much of `train/metrics.jsonl` it had by then. */
  from?: { step: number; metrics: FilePosition };
  /** Tokens of a batch, for the pace. */
  batchTokens: number;
  /** The steps at which the memory is measured. */
  isMemoryDue: (step: number) => boolean;
  /** Told of every step. */
  progress: Task;
}

/**
 * All that a training writes as it runs: `train/metrics.jsonl`, `train/timing.jsonl` and the event
 * files. Where a training goes on, what the files hold of later steps is cut off.
 *
 * Its methods throw a Failure when the disk refuses.
 */
export class TrainingLog implements TrainLog {
  /** What was recorded before this training went on; empty for a new one. */
  readonly earlier: readonly TrainingRecord[];
  readonly #run: RunDirectory;
  readonly #metrics: RecordFile<TrainingRecord>;
  readonly #timing: RecordFile<TimingRecord>;
  readonly #board: TrainBoard;
  readonly #bands: ReadonlyMap<number, Band>;
  readonly #departed: Set<number>;
  readonly #options: Pick<TrainingLogOptions, 'batchTokens' | 'isMemoryDue' | 'progress'>;
  /** When the training would have begun without the time between a stop and its going on, ms. */
  readonly #start: number;

  constructor(run: RunDirectory, options: TrainingLogOptions) {
    const { from, bands, batchTokens, isMemoryDue, progress, ...board } = options;
    this.#run = run;
    this.#options = { batchTokens, isMemoryDue, progress };
    this.#bands = bands;
    const before = keptTiming(trainPath(run, 'timing.jsonl'), from?.step ?? 0);
    this.#start = performance.now() - 1000 * before.elapsed;
    this.#metrics = new RecordFile(trainPath(run, 'metrics.jsonl'), from?.metrics.bytes);
    this.#timing = new RecordFile(trainPath(run, 'timing.jsonl'), before.bytes);
    this.earlier = readTrainRecords(run);
    this.#departed = departedLayers(this.earlier);
    this.#board = new TrainBoard(run.path(...TRAIN_EVENTS), { ...board, bands });
  }

  /** Seconds that the training has taken, without those between a stop and its going on. */
  get elapsed(): number {
    return (performance.now() - this.#start) / 1000;
  }

  /** Layers that have left their band of initialisation so far. */
  get departed(): number {
    return this.#departed.size;
  }

  train(record: TrainStep, seconds: number): void {
    const { batchTokens, isMemoryDue, progress } = this.#options;
    const pace = {
      step: record.step,
      seconds,
      tokensPerSecond: batchTokens / seconds,
      elapsed: this.elapsed,
      ...(isMemoryDue(record.step) ? memoryInUse() : {}),
    };
    this.#metrics.append(record);
    this.#timing.append(pace);
    this.#board.train(record, pace);
    progress.advance(1, `loss ${record.loss.toFixed(2)}`);
  }

  validation(record: ValidationStep): void {
    this.#metrics.append(record);
    this.#board.validation(record);
  }

  layers(step: number, layers: readonly LayerMeasurement[], isLast: boolean): void {
    const records = layers.map(({ record }) => record);
    const leaving = departures(records, this.#bands, this.#departed);
    for (const record of [...records, ...leaving]) this.#metrics.append(record);
    for (const { layer } of leaving) this.#departed.add(layer);
    this.#board.layers(step, layers, isLast);
  }

  extremes(record: ExtremesStep): void {
    this.#metrics.append(record);
    this.#board.extremes(record);
  }

  update(record: UpdateStep): void {
    this.#metrics.append(record);
    this.#board.update(record);
  }

  /** A text beside the curves. */
  text(tag: string, markdown: string, step: number): void {
    this.#board.text(tag, markdown, step);
  }

  /** Brings everything to the disk; returns how much of `train/metrics.jsonl` there is. */
  settle(): FilePosition {
    for (const file of [this.#metrics, this.#timing, this.#board]) file.sync();
    for (const folder of [this.#run.path('train'), this.#run.path(...TRAIN_EVENTS)]) {
      syncNames(folder);
    }
    return this.#metrics.position;
  }

  /** Writes what the event files still owe. */
  finish(): void {
    this.#board.close();
  }

  /** Closes the files. Never throws: after a failure the first one is what is to be told of. */
  close(): void {
    this.#metrics.close();
    this.#timing.close();
    try {
      this.#board.close();
    } catch {
      return;
    }
  }
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
