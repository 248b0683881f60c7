export { colour, type ColourScale } from './colour-map.js';
export type { ChartCategory, MarginChart, MultilineChart } from './custom-scalar-layout.js';
export {
  readEventFile,
  readRun,
  type EventFileContent,
  type LoggedValue,
} from './event-file-reader.js';
export {
  findTensorboard,
  type FindTensorboardOptions,
  type TensorboardCommand,
} from './find-tensorboard.js';
export { heatMap, heatMapLegend, type HeatMap, type PngImage } from './heat-map.js';
export { histogramBuckets, type HistogramOptions } from './histogram-buckets.js';
export type {
  Hparam,
  HparamColumn,
  HparamsExperiment,
  MetricColumn,
  SessionOutcome,
} from './hparams.js';
export {
  launchTensorboard,
  type LaunchTensorboardOptions,
  type RunningTensorboard,
} from './launch-tensorboard.js';
export {
  TensorBoardWriter,
  type TagOptions,
  type TensorBoardWriterOptions,
} from './tensorboard-writer.js';
export type { TensorContent } from './tensor-content.js';
