import type { Architecture } from '../model/architecture.js';
import { mlpActivation } from '../model/mlp-activation.js';

/** A smooth integrand against the Gaussian density: step 1/4 on [−10, 10] leaves 1e-16. */
const STEP = 1 / 4;
const REACH = 10;

/**
 * `γ² n (c(n) E[σ(u_a) σ(u_b)] − V_ab)`, u ~ N(0, V), `[m, m]`: the exact mean change of V in one
 * MLP block of an architecture's own width, times n. By quadrature over the pair of
 * pre-activations, so only for smooth activations, and with no expansion in 1/n.
 */
export function exactMlpDrift(arch: Architecture, V: Float64Array): Float64Array {
  const { tokens: m, width: n, gamma } = arch;
  const { value, c } = mlpActivation(arch);
  const nodes: number[] = [];
  for (let g = -REACH; g <= REACH; g += STEP) nodes.push(g);
  const weights = nodes.map((g) => (STEP * Math.exp((-g * g) / 2)) / Math.sqrt(2 * Math.PI));
  const out = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) {
      const [p, q, x] = [V[a * m + a], V[b * m + b], V[a * m + b]];
      const root = Math.sqrt(p);
      const rest = Math.sqrt(Math.max(0, q - (x * x) / p));
      let mean = 0;
      nodes.forEach((g, i) => {
        let inner = 0;
        nodes.forEach((h, j) => (inner += weights[j] * value((x / root) * g + rest * h)));
        mean += weights[i] * value(root * g) * inner;
      });
      out[a * m + b] = gamma * gamma * n * (c * mean - x);
    }
  }
  return out;
}
