import type { Architecture } from '../model/architecture.js';
import { maskMatrix } from '../model/mask-matrix.js';

/** A smooth integrand against the Gaussian density: step 1/4 on [−10, 10] leaves 1e-16. */
const STEP = 1 / 4;
const REACH = 10;

/**
 * `γ² n (E[A V Aᵀ] − V)` of one head over two tokens, Gaussian logits of infinite head width, `[2, 2]`:
 * the exact mean change of V in one attention block at an architecture's own width, times n, with no
 * expansion in 1/n.
 *
 * A softmax over two keys is the logistic function of the difference of their logits, and the two
 * rows' differences are a Gaussian pair of covariance `V_ab (V_11 + V_22 − 2V_12)/(τ0² n)`: the mean
 * is a quadrature over that pair.
 */
export function exactMixedDrift(arch: Architecture, V: Float64Array): Float64Array {
  const { width: n, gamma, tau0 } = arch;
  const B = maskMatrix(arch.mask, 2);
  const scale = Math.sqrt((V[0] + V[3] - 2 * V[1]) / n) / tau0;
  const root = Math.sqrt(V[0]);
  const rest = Math.sqrt(V[3] - (V[1] * V[1]) / V[0]);
  const out = new Float64Array(4);
  for (let g = -REACH; g <= REACH; g += STEP) {
    for (let h = -REACH; h <= REACH; h += STEP) {
      const weight = ((STEP * STEP) / (2 * Math.PI)) * Math.exp(-(g * g + h * h) / 2);
      const differences = [scale * root * g, scale * ((V[1] / root) * g + rest * h)];
      const A = differences.flatMap((x, a) => row(arch, B.subarray(2 * a, 2 * a + 2), a, x));
      for (let a = 0; a < 2; a++) {
        for (let b = 0; b < 2; b++) {
          let mixed = 0;
          for (let j = 0; j < 2; j++) {
            for (let k = 0; k < 2; k++) mixed += A[2 * a + j] * V[2 * j + k] * A[2 * b + k];
          }
          out[2 * a + b] += weight * gamma * gamma * n * (mixed - V[2 * a + b]);
        }
      }
    }
  }
  return out;
}

/** Row a of the attention matrix at a difference of its two logits. */
function row(arch: Architecture, keys: Float64Array, a: number, difference: number): number[] {
  const count = keys[0] + keys[1];
  const first = 1 / (1 + Math.exp(-difference));
  const softmax = count === 2 ? [first, 1 - first] : [...keys];
  const gain1 = 1 + arch.gamma1Shift / arch.width;
  const gain2 = 1 + arch.gamma2Shift / arch.width;
  return softmax.map(
    (p, j) => (a === j ? gain1 : 0) + p - (count === 0 ? 0 : (gain2 * keys[j]) / count),
  );
}
