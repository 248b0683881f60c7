/** `out = A B` for row-major A `[rows, inner]` and B `[inner, columns]`. */
export function multiply(
  A: Float64Array,
  B: Float64Array,
  rows: number,
  inner: number,
  columns: number,
  out: Float64Array,
): Float64Array {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += A[i * inner + k] * B[k * columns + j];
      out[i * columns + j] = sum;
    }
  }
  return out;
}

/** `out = A Bᵀ` for row-major A `[rows, inner]` and B `[columns, inner]`. */
export function multiplyTransposed(
  A: Float64Array,
  B: Float64Array,
  rows: number,
  inner: number,
  columns: number,
  out: Float64Array,
): Float64Array {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += A[i * inner + k] * B[j * inner + k];
      out[i * columns + j] = sum;
    }
  }
  return out;
}

/** `out += scale · U Uᵀ` for U `[m, columns]` and a symmetric out `[m, m]`, both triangles. */
export function addGram(
  U: Float64Array,
  m: number,
  columns: number,
  scale: number,
  out: Float64Array,
): Float64Array {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += U[i * columns + k] * U[j * columns + k];
      const value = out[i * m + j] + scale * sum;
      out[i * m + j] = value;
      out[j * m + i] = value;
    }
  }
  return out;
}
