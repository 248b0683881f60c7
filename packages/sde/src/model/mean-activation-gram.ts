import { activationSlopes } from './activation-slopes.js';
import type { Architecture } from './architecture.js';
import { addMlpDrift } from './mlp-drift.js';
import { smoothMeanGram } from './smooth-drift.js';

/**
 * Writes into `out`, `[m, m]`, the mean Gram matrix c E[φφᵀ] of a shaped activation over
 * pre-activations u ~ N(0, V) at a real width n: exact for the shaped ReLU, `V + c(n) b/(n γ²)`, and
 * to O(1/n²) for smooth activations, where it is that of their cubic. Positive semidefinite.
 */
export function meanActivationGram(
  arch: Architecture,
  V: Float64Array,
  width: number,
  out: Float64Array,
): Float64Array {
  if (arch.activation === 'shapedSmooth') {
    smoothMeanGram(arch, V, width, out);
  } else {
    out.set(V);
    addMlpDrift(arch, V, activationSlopes(arch, width).c / width, out);
  }
  return out;
}
