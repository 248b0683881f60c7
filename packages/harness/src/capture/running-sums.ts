import type { NativeBinding } from './native-backend.js';
import type { Constant, RecordedOp, Recording } from './recording.js';

const DT_FLOAT = 1;

/** The longest axis that is summed by a product: beyond it T² multiplications outweigh T additions. */
const LONGEST = 256;

/**
 * The same recording with every running sum along the last axis but one as a product with a
 * triangular matrix of ones: TensorFlow's cumulative sum takes several times as long.
 */
export function productsForRunningSums(
  recording: Recording,
  types: Pick<NativeBinding, 'TF_ATTR_BOOL' | 'TF_ATTR_TYPE'>,
): Recording {
  const constants = [...recording.constants];
  const indices = new Map<string, number>();
  const triangle = (size: number, rank: number, reverse: boolean, exclusive: boolean): number => {
    const key = [size, rank, reverse, exclusive].join();
    const known = indices.get(key);
    if (known !== undefined) return known;
    const index = constants.push(triangularOnes(size, rank, reverse, exclusive)) - 1;
    indices.set(key, index);
    return index;
  };
  const ops = recording.ops.map((op): RecordedOp => {
    const { dtype, shape } = op.outputs[0];
    const size = shape[shape.length - 2];
    if (op.name !== 'Cumsum' || dtype !== DT_FLOAT || !(size <= LONGEST)) return op;
    if (axisOf(op, constants) !== shape.length - 2) return op;
    const flag = (name: string) => op.attributes.some((a) => a.name === name && a.value === true);
    const index = triangle(size, shape.length, flag('reverse'), flag('exclusive'));
    return {
      name: 'BatchMatMulV2',
      attributes: [
        { name: 'T', type: types.TF_ATTR_TYPE, value: DT_FLOAT },
        { name: 'adj_x', type: types.TF_ATTR_BOOL, value: false },
        { name: 'adj_y', type: types.TF_ATTR_BOOL, value: false },
      ],
      inputs: [{ from: 'constant', index }, op.inputs[0]],
      outputs: op.outputs,
    };
  });
  return { ...recording, constants, ops };
}

/** The axis of a running sum, counted from the front; undefined when it is not a constant. */
function axisOf({ inputs: [, axis], outputs }: RecordedOp, constants: readonly Constant[]) {
  if (axis.from !== 'constant') return undefined;
  const { buffer, byteOffset } = constants[axis.index].bytes;
  const [value] = new Int32Array(buffer, byteOffset, 1);
  return value < 0 ? value + outputs[0].shape.length : value;
}

/** The matrix whose product with a column is its running sum, with leading axes of size 1. */
function triangularOnes(
  size: number,
  rank: number,
  reverse: boolean,
  exclusive: boolean,
): Constant {
  const values = new Float32Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const behind = reverse ? j - i : i - j;
      if (behind >= (exclusive ? 1 : 0)) values[i * size + j] = 1;
    }
  }
  const shape = [...Array<number>(rank - 2).fill(1), size, size];
  return { dtype: DT_FLOAT, shape, bytes: new Uint8Array(values.buffer) };
}
