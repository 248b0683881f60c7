import { customScalarLayout, LAYOUT_TAG, type ChartCategory } from './custom-scalar-layout.js';
import { EventFile } from './event-file.js';
import { heatMap, heatMapLegend, type HeatMap, type PngImage } from './heat-map.js';
import type { HistogramOptions } from './histogram-buckets.js';
import { histogramValue } from './histogram-value.js';
import {
  HPARAMS_TAGS,
  hparamsEnd,
  hparamsExperiment,
  hparamsStart,
  type Hparam,
  type HparamsExperiment,
  type SessionOutcome,
} from './hparams.js';
import { imageValue } from './image-value.js';
import { scalarValue } from './scalar-value.js';
import { TagRegistry } from './tag-registry.js';
import { DATA_CLASS, type PluginValue } from './tensor-value.js';
import { textValue } from './text-value.js';

/** Settings of a writer. */
export interface TensorBoardWriterOptions {
  /**
   * Milliseconds since 1970, read for the file's name and for every event. Defaults to `Date.now`.
   * With a fixed one the same calls give the same bytes.
   */
  now?: () => number;
}

/** What TensorBoard shows beside a tag; only its first value's is kept. */
export interface TagOptions {
  /** Markdown: formula, axis and normalisation of what is shown. */
  description?: string;
  /** A name to show in place of the tag. */
  displayName?: string;
}

interface Entry extends PluginValue {
  tag: string;
  options?: TagOptions;
}

/**
 * Writes one run's event file for TensorBoard, synchronously and buffered.
 *
 * A folder is a run. Steps of a tag rise; where the x axis is depth, step = layer (`depthProfile`).
 * TensorBoard stores scalars as float32 and drops points of long curves: the run's JSONL is the
 * exact record. A writer never appends to a file: made for a run that was interrupted, it begins a
 * new one that TensorBoard reads after the old, and steps logged again replace the old ones. (Its
 * data server does so; the slower reader that stands in for that where pip has none, as on 64-bit
 * ARM Linux, draws both.)
 *
 * Every method throws a RangeError that names tag and step for what TensorBoard would hide or
 * garble (NaN, a step that does not rise, a tag used for two kinds), and a Failure when the disk
 * refuses.
 */
export class TensorBoardWriter {
  readonly #file: EventFile;
  readonly #now: () => number;
  readonly #tags = new TagRegistry();

  /** @param directory folder of the run, made when missing */
  constructor(directory: string, { now = Date.now }: TensorBoardWriterOptions = {}) {
    this.#now = now;
    this.#file = new EventFile(directory, now);
  }

  /** The event file. */
  get path(): string {
    return this.#file.path;
  }

  /** Logs a number. */
  scalar(tag: string, value: number, step: number, options?: TagOptions): void {
    this.#write('scalar', step, [{ tag, options, ...scalarValue(tag, value, step) }]);
  }

  /** Logs several numbers of one step, in one record: all of them or, when one is bad, none. */
  scalars(values: Readonly<Record<string, number>>, step: number): void {
    const entries = Object.entries(values);
    this.#write(
      'scalars',
      step,
      entries.map(([tag, value]) => ({ tag, ...scalarValue(tag, value, step) })),
    );
  }

  /**
   * Logs one number a layer, with step = layer: `values[i]` belongs to layer `firstLayer + i`.
   *
   * @param options.firstLayer defaults to 0, the input of the first layer
   */
  depthProfile(
    tag: string,
    values: ArrayLike<number>,
    { firstLayer = 0, ...options }: TagOptions & { firstLayer?: number } = {},
  ): void {
    const entries = Array.from(values, (value, i) => scalarValue(tag, value, firstLayer + i));
    entries.forEach((value, i) =>
      this.#write('depthProfile', firstLayer + i, [{ tag, options, ...value }]),
    );
  }

  /** Logs how many values fall where. */
  histogram(
    tag: string,
    values: ArrayLike<number>,
    step: number,
    { buckets, range, ...options }: TagOptions & HistogramOptions = {},
  ): void {
    const value = located(tag, step, () => histogramValue(values, { buckets, range }));
    this.#write('histogram', step, [{ tag, options, ...value }]);
  }

  /** Logs a PNG, or several of one size side by side. */
  image(
    tag: string,
    images: PngImage | readonly PngImage[],
    step: number,
    options?: TagOptions,
  ): void {
    const list = 'png' in images ? [images] : images;
    this.#write('image', step, [{ tag, options, ...imageValue(tag, list) }]);
  }

  /** Logs a matrix in colours; the meaning of the colours is added to the description. */
  heatMap(tag: string, map: HeatMap, step: number, options: TagOptions = {}): void {
    const image = located(tag, step, () => heatMap(map));
    const description = [options.description, heatMapLegend(map)].filter(Boolean).join('\n\n');
    this.#write('heatMap', step, [
      { tag, options: { ...options, description }, ...imageValue(tag, [image]) },
    ]);
  }

  /** Logs markdown. */
  text(tag: string, markdown: string, step = 0, options?: TagOptions): void {
    this.#write('text', step, [{ tag, options, ...textValue(markdown) }]);
  }

  /** Logs the layout of the "custom scalars" page, once a run. */
  layout(categories: readonly ChartCategory[]): void {
    this.#write('layout', 0, [{ tag: LAYOUT_TAG, ...customScalarLayout(categories) }]);
  }

  /** Logs the columns of the hyperparameter table, once, in the folder above the runs. */
  hparamsExperiment(experiment: HparamsExperiment): void {
    const value = hparamsExperiment(experiment, this.#now() / 1000);
    this.#write('hparamsExperiment', 0, [{ tag: HPARAMS_TAGS.experiment, ...value }]);
  }

  /**
   * Logs this run's row of the hyperparameter table, once, at its start.
   *
   * @param group runs of one group are one row (repeats under other seeds). Defaults to the run's own
   */
  hparamsStart(values: Readonly<Record<string, Hparam>>, group = ''): void {
    const value = hparamsStart(values, group, this.#now() / 1000);
    this.#write('hparamsStart', 0, [{ tag: HPARAMS_TAGS.start, ...value }]);
  }

  /** Logs how this run ended; without it TensorBoard takes the run for a running one. */
  hparamsEnd(outcome: SessionOutcome): void {
    const value = hparamsEnd(outcome, this.#now() / 1000);
    this.#write('hparamsEnd', 0, [{ tag: HPARAMS_TAGS.end, ...value }]);
  }

  /** Hands everything logged so far to the operating system: a killed process loses none of it. */
  flush(): void {
    this.#file.flush();
  }

  /** Flushes, and makes sure that the data is on the disk: a loss of power loses none of it. */
  sync(): void {
    this.#file.sync();
  }

  /** Flushes to the disk and closes. A second call does nothing. */
  close(): void {
    this.#file.close();
  }

  #write(method: string, step: number, entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const first = entries.map(({ tag, plugin }) =>
      this.#tags.check(`TensorBoardWriter.${method}`, tag, plugin, step),
    );
    const value = entries.map(({ tag, value, plugin, content, options }, i) => ({
      tag,
      value,
      metadata: first[i]
        ? {
            pluginData: { pluginName: plugin, content },
            dataClass: DATA_CLASS[plugin],
            displayName: options?.displayName,
            summaryDescription: options?.description,
          }
        : undefined,
    }));
    this.#file.append({ step: BigInt(step), what: { case: 'summary', value: { value } } });
    for (const { tag, plugin } of entries) this.#tags.commit(tag, plugin, step);
  }
}

/** What `build` returns; a RangeError from it is told where the value was to go. */
function located<T>(tag: string, step: number, build: () => T): T {
  try {
    return build();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new RangeError(`${cause.message} It was to be logged as "${tag}" at step ${step}.`, {
      cause,
    });
  }
}
