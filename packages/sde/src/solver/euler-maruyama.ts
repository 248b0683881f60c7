import { cholesky } from '../covariance/cholesky.js';
import { nearestCovariance } from '../covariance/nearest-covariance.js';
import type { SdeModel } from '../model/sde-model.js';
import type { Solver } from './solver.js';

/** Euler–Maruyama asks its draws of the model's noise alone, so it can follow any Brownian path. */
export interface EulerMaruyama extends Solver {
  step(V: Float64Array, draws: Parameters<SdeModel['noise']>[1]): boolean;
}

/**
 * A Cholesky factor that misses V by more than this share of its variances means that a step left
 * the cone; below it lies what rounding does to a V on the boundary (repeated tokens), the square
 * root of the factor's own tolerance at m = 64.
 */
export const CONE_TOLERANCE = 1e-6;

/**
 * The Euler–Maruyama scheme `V ← V + b(V) dt + noise(V) √dt` at a fixed step dt.
 *
 * Strong order 1/2, weak order 1. A step may leave the positive semidefinite cone; it is then
 * projected onto the nearest covariance and reported. Harmless at dt = 0.01 up to γ = 0.5, m = 8;
 * beyond, take dt well below 1/(g2 m), g2 the coefficient of Σ_lin, or use {@link gramStep}.
 */
export function eulerMaruyama(model: SdeModel, dt: number): EulerMaruyama {
  const m = model.tokens;
  const root = Math.sqrt(dt);
  const drift = new Float64Array(m * m);
  const noise = new Float64Array(m * m);
  const L = new Float64Array(m * m);
  return {
    name: 'eulerMaruyama',
    calculus: 'ito',
    strongOrder: 0.5,
    weakOrder: 1,
    preservesCone: false,
    domain: 'Any Itô model; dt well below 1/(g2 m), else steps leave the cone and are projected.',
    step(V, draws) {
      model.drift(V, drift);
      model.noise(V, draws, noise);
      let finite = true;
      // One triangle, copied to the other: a drift's last bit may depend on the side it is read from.
      for (let a = 0; a < m; a++) {
        for (let b = 0; b <= a; b++) {
          const at = a * m + b;
          const value = V[at] + dt * drift[at] + root * noise[at];
          V[at] = value;
          V[b * m + a] = value;
          if (!Number.isFinite(value)) finite = false;
        }
      }
      if (!finite || cholesky(V, m, L) <= CONE_TOLERANCE) return false;
      nearestCovariance(V, m);
      return true;
    },
  };
}
