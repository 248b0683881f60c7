/** A V Aᵀ averaged over heads; `A` is [H, T, T] row-major, V [T, T]. */
export function mixedGram(
  A: ArrayLike<number>,
  V: Float64Array,
  tokens: number,
  heads: number,
): Float64Array {
  const m = tokens;
  const mixed = new Float64Array(m * m);
  const AV = new Float64Array(m * m);
  for (let h = 0; h < heads; h++) {
    const at = h * m * m;
    for (let a = 0; a < m; a++) {
      for (let k = 0; k < m; k++) {
        let sum = 0;
        for (let j = 0; j < m; j++) sum += A[at + a * m + j] * V[j * m + k];
        AV[a * m + k] = sum;
      }
    }
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < m; b++) {
        let sum = 0;
        for (let k = 0; k < m; k++) sum += AV[a * m + k] * A[at + b * m + k];
        mixed[a * m + b] += sum / heads;
      }
    }
  }
  return mixed;
}

/**
 * (c φφᵀ − u uᵀ)/n, [T, T]: what the activation adds to the Gram matrix of its inputs. It is
 * O(1/n) with a spread of O(1/n), so a wrong slope shows in it at once.
 */
export function activationExcess(
  u: ArrayLike<number>,
  phi: ArrayLike<number>,
  tokens: number,
  width: number,
  normalizer: number,
): Float64Array {
  const excess = new Float64Array(tokens * tokens);
  for (let a = 0; a < tokens; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < width; i++) {
        const p = a * width + i;
        const q = b * width + i;
        sum += normalizer * phi[p] * phi[q] - u[p] * u[q];
      }
      excess[a * tokens + b] = excess[b * tokens + a] = sum / width;
    }
  }
  return excess;
}
