/** The pure ops by the names of their outputs, which a graph's edges are written with. */
const OPS_BY_OUTPUTS: Readonly<Record<string, string>> = {
  activations: 'Elu LeakyRelu Relu Relu6 Selu Softplus',
  backprops: 'EluGrad',
  logsoftmax: 'LogSoftmax',
  out: 'Cumprod Cumsum',
  output: `All Any ArgMax ArgMin BatchMatMulV2 BiasAdd ClipByValue ConcatV2 Diag Einsum ExpandDims
    Fill GatherNd GatherV2 Identity LinSpace Max Mean Min MirrorPad OneHot Pack PadV2 Prod Range
    Reshape ReverseV2 ScatterNd Select SelectV2 Slice SplitV Squeeze StridedSlice Sum
    TensorScatterUpdate Tile Unpack UnsortedSegmentSum`,
  product: 'MatMul',
  softmax: 'Softmax',
  sum: 'AddN',
  'values,indices': 'TopKV2',
  y: `Abs Acos Acosh Asin Asinh Atan Atanh Cast Ceil Cos Cosh Erf Exp Expm1 Floor IsFinite IsInf
    IsNan Log Log1p LogicalNot Neg OnesLike Reciprocal Round Rsqrt Sigmoid Sign Sin Sinh Sqrt
    Square Tan Tanh Transpose ZerosLike`,
  z: `Add AddV2 Atan2 Div DivNoNan Equal FloorDiv FloorMod Greater GreaterEqual Less LessEqual
    LogicalAnd LogicalOr Maximum Minimum Mod Mul NotEqual Pow RealDiv RsqrtGrad
    SquaredDifference Sub TanhGrad`,
};

/** Ops with one output that is a list of tensors. */
const LISTS = new Set(['SplitV', 'Unpack']);

const outputs = new Map<string, readonly string[]>(
  Object.entries(OPS_BY_OUTPUTS).flatMap(([names, ops]) =>
    ops.split(/\s+/).map((op): [string, string[]] => [op, names.split(',')]),
  ),
);

/** Whether an op is known as a pure function of its inputs, and a graph can therefore repeat it. */
export function isPureOp(op: string): boolean {
  return outputs.has(op);
}

/** How the edges of a function's graph name an output of an op: `output:index` within it. */
export function outputName(op: string, output: number): string {
  const names = outputs.get(op) ?? [];
  return LISTS.has(op) ? `${names[0]}:${output}` : `${names[output]}:0`;
}
