import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { normalizeState } from '../chain/chain-state.js';
import { collapseCurve, type CollapseCurve } from './collapse-curve.js';
import { checkCollapseOptions, type CollapseOptions } from './collapse-options.js';
import { wideBranches } from './wide-branches.js';

/** Options of {@link collapseRecursion}. */
export interface CollapseRecursionOptions extends CollapseOptions {
  /**
   * Heads of a layer. Infinite by default: then the heads average out, V is deterministic, and its
   * mean over attention matrices is estimated from `draws` of them. A finite H keeps the network's
   * own randomness, each replica being one network.
   */
  heads?: number;
}

/**
 * The covariance of a network of infinite width, layer by layer: after each residual branch of
 * infinite-width Gram matrix K(V),
 *
 * | block | next V |
 * |---|---|
 * | `shaped`, `unshaped` | `λ²V + γ²K(V)` |
 * | `depthScaled` | `V + K(V)/(2 depth)` |
 * | `preLN` | `V + K(V̂)`, V̂ of unit diagonal |
 * | `postLN` | `V + K(V)` scaled to unit diagonal |
 *
 * with `K(V) = (1/H) Σ_h A_h V A_hᵀ`, or E[A V Aᵀ] for H = ∞, for softmax attention of Gaussian
 * logits of covariance `V_ab V_jk/τ0²`, and `K_ab = √(V_aa V_bb) κ(ρ_ab)` for the ReLU.
 *
 * Exact in law as n and n_k → ∞ at fixed depth and H; a finite width adds fluctuations of O(1/√n)
 * and a shift of O(1/n + 1/n_k), and H heads differ from infinitely many by O(1/√H) a path. An
 * output projection changes nothing here. Source: docs/theory.md, section 10.
 *
 * @throws RangeError for a network shaped throughout, a V0 that is no covariance, or impossible
 *   options
 */
export function collapseRecursion(options: CollapseRecursionOptions): CollapseCurve {
  const { arch, V0, seed, draws, replicas } = checkCollapseOptions('collapseRecursion', options);
  const { heads = Infinity } = options;
  const mean = heads === Infinity;
  if (!mean && !(Number.isSafeInteger(heads) && heads >= 1)) {
    throw new RangeError(
      `collapseRecursion: expected heads to be a positive integer or Infinity, got ${heads}. Leave it out for the mean over heads.`,
    );
  }
  const { tokens: m, depth } = arch;
  const m2 = m * m;
  const branches = wideBranches(arch, { draws: mean ? draws : heads, mirrored: mean });
  const key = foldIn(keyFromSeed(seed), 'collapse recursion');
  const [skip, weight] = [arch.lambda ** 2, arch.gamma ** 2];
  const postNorm = arch.block === 'postLN' && arch.norm !== 'none';
  const K = new Float64Array(m2);
  const paths = Array.from({ length: replicas }, (_, replica) => {
    const path = new Float64Array((depth + 1) * m2);
    const V = V0.slice();
    path.set(V);
    for (let layer = 0; layer < depth; layer++) {
      const stream = new Stream(key, replica, layer);
      for (const branch of branches) {
        branch(V, stream, K);
        for (let i = 0; i < m2; i++) V[i] = skip * V[i] + weight * K[i];
        if (postNorm) normalizeState({ V }, m);
      }
      path.set(V, (layer + 1) * m2);
    }
    return path;
  });
  return collapseCurve(
    m,
    Float64Array.from({ length: depth + 1 }, (_, l) => l),
    paths,
  );
}
