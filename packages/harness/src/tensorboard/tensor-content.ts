import { DataType, type SummaryValue } from './generated/event_pb.js';

/** What a summary value holds: its shape, and its entries row-major. */
export interface TensorContent {
  shape: number[];
  /** Of a float32 or float64 tensor; empty otherwise. */
  numbers: number[];
  /** Of a string tensor; empty otherwise. */
  strings: Uint8Array[];
}

/** The decoded content of a summary value: numbers or byte strings, whichever form stores them. */
export function tensorContent({ tag, value }: SummaryValue): TensorContent {
  if (value.case === 'simpleValue') return { shape: [], numbers: [value.value], strings: [] };
  if (value.case !== 'tensor') {
    throw new Error(
      `tensorContent: expected a number or a tensor for "${tag}", got another kind of value. ` +
        `This reader knows what TensorBoardWriter writes; open the file in TensorBoard.`,
    );
  }
  const { dtype, shape, floatVal, doubleVal, stringVal, tensorContent: raw } = value.value;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const sizes = shape?.dim.map(({ size }) => Number(size)) ?? [];
  switch (dtype) {
    case DataType.DT_FLOAT: {
      const packed = Array.from({ length: raw.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
      return { shape: sizes, numbers: raw.length > 0 ? packed : floatVal, strings: [] };
    }
    case DataType.DT_DOUBLE: {
      const packed = Array.from({ length: raw.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
      return { shape: sizes, numbers: raw.length > 0 ? packed : doubleVal, strings: [] };
    }
    case DataType.DT_STRING:
      return { shape: sizes, numbers: [], strings: stringVal };
    default:
      throw new Error(
        `tensorContent: expected float32, float64 or string for "${tag}", got data type ${dtype}. ` +
          `This reader knows what TensorBoardWriter writes; open the file in TensorBoard.`,
      );
  }
}
