/**
 * For each batch entry of a broadcast product, the index of the matrix to read in an operand.
 *
 * @param batch leading dimensions of the operand (all but its last two)
 * @param outBatch leading dimensions of the result; `batch` broadcasts to them from the right
 */
export function batchOffsets(batch: readonly number[], outBatch: readonly number[]): Uint32Array {
  const strides = outBatch.map(() => 0);
  const shift = outBatch.length - batch.length;
  let stride = 1;
  for (let axis = batch.length - 1; axis >= 0; axis--) {
    strides[axis + shift] = batch[axis] === 1 ? 0 : stride;
    stride *= batch[axis];
  }
  const count = outBatch.reduce((product, length) => product * length, 1);
  const offsets = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    let rest = i;
    for (let axis = outBatch.length - 1; axis >= 0; axis--) {
      offsets[i] += (rest % outBatch[axis]) * strides[axis];
      rest = Math.floor(rest / outBatch[axis]);
    }
  }
  return offsets;
}
