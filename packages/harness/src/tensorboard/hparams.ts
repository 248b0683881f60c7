import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import type { ValueSchema } from '@bufbuild/protobuf/wkt';
import {
  DatasetType,
  HparamsPluginDataSchema,
  HparamType,
  SessionStatus,
  type HparamInfoSchema,
} from './generated/hparams_pb.js';
import { floatTensor, type PluginValue } from './tensor-value.js';

/** A hyperparameter's value. */
export type Hparam = number | string | boolean;

/** A column of the hyperparameter table. */
export interface HparamColumn {
  name: string;
  type: 'number' | 'string' | 'boolean';
  displayName?: string;
  description?: string;
  /** The values it can take, which TensorBoard offers as a filter. */
  domain?: { values: readonly Hparam[] } | { minimum: number; maximum: number };
}

/** A result column: the last value of a scalar of the run. */
export interface MetricColumn {
  tag: string;
  displayName?: string;
  description?: string;
}

/** The table that the runs below one folder share. */
export interface HparamsExperiment {
  name?: string;
  description?: string;
  hparams: readonly HparamColumn[];
  metrics: readonly MetricColumn[];
}

/** How a session ended. */
export type SessionOutcome = 'success' | 'failure';

type Data = NonNullable<MessageInitShape<typeof HparamsPluginDataSchema>['data']>;
type ValueInit = MessageInitShape<typeof ValueSchema>;

/** The tags TensorBoard looks for. */
export const HPARAMS_TAGS = {
  experiment: '_hparams_/experiment',
  start: '_hparams_/session_start_info',
  end: '_hparams_/session_end_info',
} as const;

const COLUMN_TYPE = {
  number: HparamType.FLOAT64,
  string: HparamType.STRING,
  boolean: HparamType.BOOL,
} as const;

/** The table's columns, to be logged once in the folder above the runs. */
export function hparamsExperiment(experiment: HparamsExperiment, seconds: number): PluginValue {
  return pluginValue({
    case: 'experiment',
    value: {
      name: experiment.name,
      description: experiment.description,
      timeCreatedSecs: seconds,
      hparamInfos: experiment.hparams.map(({ type, domain, ...column }) => ({
        ...column,
        type: COLUMN_TYPE[type],
        domain: domainOf(domain),
      })),
      metricInfos: experiment.metrics.map(({ tag, ...column }) => ({
        ...column,
        name: { tag },
        datasetType: DatasetType.DATASET_UNKNOWN,
      })),
    },
  });
}

/**
 * A run's values, to be logged at its start in its own folder.
 *
 * @throws RangeError for a number that is not finite
 */
export function hparamsStart(
  values: Readonly<Record<string, Hparam>>,
  group: string,
  seconds: number,
): PluginValue {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new RangeError(
        `TensorBoardWriter.hparamsStart: expected a finite number for "${name}", got ${value}. ` +
          `Log it as a string if it is meant.`,
      );
    }
  }
  const hparams = Object.fromEntries(Object.entries(values).map(([k, v]) => [k, valueOf(v)]));
  return pluginValue({
    case: 'sessionStart',
    value: { hparams, groupName: group, startTimeSecs: seconds },
  });
}

/** How a run ended, to be logged last in its own folder. */
export function hparamsEnd(outcome: SessionOutcome, seconds: number): PluginValue {
  const status =
    outcome === 'success' ? SessionStatus.STATUS_SUCCESS : SessionStatus.STATUS_FAILURE;
  return pluginValue({ case: 'sessionEnd', value: { status, endTimeSecs: seconds } });
}

/** The plugin reads the metadata only; the value is a zero that makes the record a summary. */
function pluginValue(data: Data): PluginValue {
  const content = toBinary(HparamsPluginDataSchema, create(HparamsPluginDataSchema, { data }));
  return { plugin: 'hparams', content, value: floatTensor(0) };
}

function valueOf(value: Hparam): ValueInit {
  switch (typeof value) {
    case 'number':
      return { kind: { case: 'numberValue', value } };
    case 'boolean':
      return { kind: { case: 'boolValue', value } };
    default:
      return { kind: { case: 'stringValue', value } };
  }
}

function domainOf(
  domain: HparamColumn['domain'],
): MessageInitShape<typeof HparamInfoSchema>['domain'] {
  if (!domain) return undefined;
  return 'values' in domain
    ? { case: 'domainDiscrete', value: { values: domain.values.map(valueOf) } }
    : { case: 'domainInterval', value: { minValue: domain.minimum, maxValue: domain.maximum } };
}
