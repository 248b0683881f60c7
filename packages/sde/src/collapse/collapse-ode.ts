import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { collapseCurve, type CollapseCurve } from './collapse-curve.js';
import { checkCollapseOptions, type CollapseOptions } from './collapse-options.js';
import { wideBranches } from './wide-branches.js';

/** Options of {@link collapseOde}. */
export interface CollapseOdeOptions extends CollapseOptions {
  /** Number of equal Runge–Kutta steps. Defaults to 64. */
  steps?: number;
}

/**
 * The ordinary differential equation of rank collapse, solved by the classical Runge–Kutta rule of
 * order 4: with s = γ² · layer in unshaped blocks, s = layer/(2 depth) in depth-scaled ones, and the
 * branches' infinite-width Gram matrices K(V) = E[A V Aᵀ] and `√(V_aa V_bb) κ(ρ_ab)`,
 *
 *     unshaped      dV/ds = Σ (K(V) − V)
 *     depth-scaled  dV/ds = Σ K(V)
 *
 * The limit n, n_k → ∞, then γ → 0 (or depth → ∞) at fixed s, for any number of heads: what the
 * attention matrices of one layer leave random averages out over the 1/γ² layers that V needs to
 * move. At finite γ the mean is off by O(γ²) and, with H heads, a path scatters by O(γ/√H).
 *
 * Not for pre- and post-norm blocks, whose layers move V by O(1): use {@link collapseRecursion}.
 * Source: docs/theory.md, section 10.
 *
 * @throws RangeError for a block without such a limit, a network shaped throughout, a V0 that is no
 *   covariance, or impossible options
 */
export function collapseOde(options: CollapseOdeOptions): CollapseCurve {
  const { arch, V0, seed, draws, replicas } = checkCollapseOptions('collapseOde', options);
  const { steps = 64 } = options;
  if (arch.block === 'preLN' || arch.block === 'postLN') {
    throw new RangeError(
      `collapseOde: expected block 'unshaped' or 'depthScaled', got '${arch.block}'. Its layers move V by O(1): use collapseRecursion.`,
    );
  }
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new RangeError(
      `collapseOde: expected steps to be a positive integer, got ${steps}. Set it so.`,
    );
  }
  if (arch.gamma === 0) {
    throw new RangeError('collapseOde: expected gamma above 0, got 0. Nothing moves without it.');
  }
  const { tokens: m, depth } = arch;
  const m2 = m * m;
  const branches = wideBranches(arch, { draws, mirrored: true });
  const decay = arch.block === 'depthScaled' ? 0 : branches.length;
  const key = foldIn(keyFromSeed(seed), 'collapse ode');
  const end = arch.gamma ** 2 * depth;
  const ds = end / steps;
  const K = new Float64Array(m2);
  const stage = new Float64Array(m2);

  /** `out = Σ K(V) − decay·V`, over the same attention matrices at every stage of a step. */
  const field = (V: Float64Array, replica: number, step: number, out: Float64Array) => {
    const stream = new Stream(key, replica, step);
    for (let i = 0; i < m2; i++) out[i] = -decay * V[i];
    for (const branch of branches) {
      branch(V, stream, K);
      for (let i = 0; i < m2; i++) out[i] += K[i];
    }
  };
  const slopes = Array.from({ length: 4 }, () => new Float64Array(m2));
  const shares = [0, 1 / 2, 1 / 2, 1];
  const paths = Array.from({ length: replicas }, (_, replica) => {
    const path = new Float64Array((steps + 1) * m2);
    const V = V0.slice();
    path.set(V);
    for (let step = 0; step < steps; step++) {
      for (let k = 0; k < 4; k++) {
        for (let i = 0; i < m2; i++) {
          stage[i] = V[i] + (k === 0 ? 0 : shares[k] * ds * slopes[k - 1][i]);
        }
        field(stage, replica, step, slopes[k]);
      }
      for (let i = 0; i < m2; i++) {
        V[i] += (ds / 6) * (slopes[0][i] + 2 * slopes[1][i] + 2 * slopes[2][i] + slopes[3][i]);
      }
      path.set(V, (step + 1) * m2);
    }
    return path;
  });
  const layers = Float64Array.from({ length: steps + 1 }, (_, step) => (step * depth) / steps);
  return collapseCurve(m, layers, paths);
}
