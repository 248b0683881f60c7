import type { MessageInitShape } from '@bufbuild/protobuf';
import { DataClass, DataType, type SummaryValueSchema } from './generated/event_pb.js';

/** The tensor of a summary value, in the form `create` takes. */
export type TensorInit = Extract<
  MessageInitShape<typeof SummaryValueSchema>['value'],
  { case: 'tensor' }
>;

/** The TensorBoard plugins written here, each with the class of its data. */
export const DATA_CLASS = {
  scalars: DataClass.SCALAR,
  histograms: DataClass.TENSOR,
  images: DataClass.BLOB_SEQUENCE,
  text: DataClass.TENSOR,
  custom_scalars: DataClass.TENSOR,
  hparams: DataClass.TENSOR,
} as const;

/** A TensorBoard plugin written here. */
export type Plugin = keyof typeof DATA_CLASS;

/** A value and the plugin that shows it; `content` is the plugin's own message in the metadata. */
export interface PluginValue {
  plugin: Plugin;
  value: TensorInit;
  content?: Uint8Array;
}

/** A float32 number. */
export function floatTensor(value: number): TensorInit {
  return {
    case: 'tensor',
    value: { dtype: DataType.DT_FLOAT, shape: { dim: [] }, floatVal: [value] },
  };
}

/** Byte strings in one dimension; with `scalar`, a single one without dimensions. */
export function stringTensor(strings: Uint8Array[], scalar = false): TensorInit {
  const dim = scalar ? [] : [{ size: BigInt(strings.length) }];
  return {
    case: 'tensor',
    value: { dtype: DataType.DT_STRING, shape: { dim }, stringVal: strings },
  };
}

/** A float64 matrix, [rows, columns], from its entries in row-major order. */
export function doubleMatrix(entries: Float64Array, columns: number): TensorInit {
  const content = new DataView(new ArrayBuffer(8 * entries.length));
  entries.forEach((entry, i) => content.setFloat64(8 * i, entry, true));
  const rows = entries.length / columns;
  return {
    case: 'tensor',
    value: {
      dtype: DataType.DT_DOUBLE,
      shape: { dim: [{ size: BigInt(rows) }, { size: BigInt(columns) }] },
      tensorContent: new Uint8Array(content.buffer),
    },
  };
}
