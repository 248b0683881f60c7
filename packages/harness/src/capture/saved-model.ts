import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  AttrValueSchema,
  NodeDefSchema,
  SavedModelSchema,
  TensorShapeSchema,
} from './generated/saved_model_pb.js';
import type { NativeBinding, OpAttribute } from './native-backend.js';
import { outputName } from './op-outputs.js';
import type { RecordedOp, Recording, Source, TensorType } from './recording.js';

/** What a loader asks a saved model for. */
export const TAG = 'serve';

/** The version of the ops' definitions, of the TensorFlow that the kernels of tfjs are made for. */
const PRODUCER = 987;

type Attribute = MessageInitShape<typeof AttrValueSchema>;
type Node = MessageInitShape<typeof NodeDefSchema>;
type AttributeTypes = Pick<NativeBinding, `TF_ATTR_${string}` & keyof NativeBinding>;

/** The names of the graph's inputs and outputs in the order of the recording's. */
export function feedName(index: number): string {
  return `feed_${index}:0`;
}
export function fetchName(index: number): string {
  return `step:${index}`;
}

/**
 * A recording as the bytes of a SavedModel: a graph of one call of one function, whose body is the
 * recorded ops.
 *
 * @param compiled whether TensorFlow must compile the function with XLA, as one program
 */
export function savedModel(
  { inputs, constants, ops, outputs }: Recording,
  types: AttributeTypes,
  compiled: boolean,
): Uint8Array {
  const xla: Record<string, Attribute> = compiled
    ? { _XlaMustCompile: { value: { case: 'b', value: true } } }
    : {};
  const sourceName = (source: Source): string => {
    if (source.from === 'input') return `i${source.index}`;
    if (source.from === 'constant') return `c${source.index}:output:0`;
    return `n${source.index}:${outputName(ops[source.index].name, source.output)}`;
  };
  const toNode = (
    { name, attributes, inputs: sources, after }: RecordedOp,
    index: number,
  ): Node => ({
    name: `n${index}`,
    op: name,
    input: [
      ...sources.map(sourceName),
      // What is not of an op is known from the start.
      ...(after?.from === 'op' ? [`^n${after.index}`] : []),
    ],
    attr: Object.fromEntries(
      attributes.map((attribute) => [attribute.name, toAttribute(attribute, types)]),
    ),
  });
  const toConstant = (
    { dtype, shape, bytes }: Recording['constants'][number],
    i: number,
  ): Node => ({
    name: `c${i}`,
    op: 'Const',
    attr: {
      dtype: { value: { case: 'type', value: dtype } },
      value: {
        value: {
          case: 'tensor',
          value: { dtype, tensorShape: toShape(shape), tensorContent: bytes },
        },
      },
    },
  });
  const body = {
    signature: {
      name: 'body',
      inputArg: inputs.map(({ dtype }, i) => ({ name: `i${i}`, type: dtype })),
      outputArg: outputs.map(({ dtype }, i) => ({ name: `o${i}`, type: dtype })),
    },
    attr: xla,
    nodeDef: [...constants.map(toConstant), ...ops.map(toNode)],
    ret: Object.fromEntries(outputs.map((source, i) => [`o${i}`, sourceName(source)])),
  };
  const call: Node = {
    name: 'step',
    op: 'StatefulPartitionedCall',
    input: inputs.map((_, i) => `feed_${i}`),
    attr: {
      f: { value: { case: 'func', value: { name: 'body' } } },
      Tin: typeList(inputs),
      Tout: typeList(outputs),
      ...xla,
    },
  };
  const feeds = inputs.map(({ dtype, shape }, i): Node => ({
    name: `feed_${i}`,
    op: 'Placeholder',
    attr: {
      dtype: { value: { case: 'type', value: dtype } },
      shape: { value: { case: 'shape', value: toShape(shape) } },
    },
  }));
  const model = create(SavedModelSchema, {
    savedModelSchemaVersion: 1n,
    metaGraphs: [
      {
        metaInfoDef: { tags: [TAG] },
        graphDef: {
          node: [...feeds, call],
          versions: { producer: PRODUCER },
          library: { function: [body] },
        },
      },
    ],
  });
  return toBinary(SavedModelSchema, model);
}

function toShape(shape: readonly number[]): MessageInitShape<typeof TensorShapeSchema> {
  return { dim: shape.map((size) => ({ size: BigInt(size) })) };
}

function typeList(tensors: readonly TensorType[]): Attribute {
  return { value: { case: 'list', value: { type: tensors.map(({ dtype }) => dtype) } } };
}

/** An attribute as the binding reads it, in the form of a graph. */
function toAttribute({ name, type, value }: OpAttribute, types: AttributeTypes): Attribute {
  const numbers = Array.isArray(value) ? (value as number[]) : [];
  const isList = Array.isArray(value);
  switch (type) {
    case types.TF_ATTR_TYPE:
      return { value: { case: 'type', value: value as number } };
    case types.TF_ATTR_SHAPE:
      return { value: { case: 'shape', value: toShape(numbers) } };
    case types.TF_ATTR_INT:
      return isList
        ? { value: { case: 'list', value: { i: numbers.map(BigInt) } } }
        : { value: { case: 'i', value: BigInt(value as number) } };
    case types.TF_ATTR_FLOAT:
      return isList
        ? { value: { case: 'list', value: { f: numbers } } }
        : { value: { case: 'f', value: value as number } };
    case types.TF_ATTR_BOOL:
      return isList
        ? { value: { case: 'list', value: { b: value as boolean[] } } }
        : { value: { case: 'b', value: value as boolean } };
    default:
      if (typeof value === 'string') {
        return { value: { case: 's', value: new TextEncoder().encode(value) } };
      }
      throw new TypeError(
        `savedModel: expected attribute ${name} to be of a kind that the binding reads, got kind ${type}.`,
      );
  }
}
