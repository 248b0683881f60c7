import type { SmoothName } from './smooth-function.js';

/** How a residual branch f (attention or MLP) is added; see {@link Architecture}. */
export type BlockKind = 'shaped' | 'unshaped' | 'preLN' | 'postLN' | 'depthScaled';

/** Which keys (columns) a query (row) may see: all, those up to itself, or a 0/1 matrix. */
export type AttentionMask = 'full' | 'causal' | readonly (readonly (0 | 1)[])[];

/**
 * One deep Transformer at initialisation: a layer is an attention block, then an MLP block, each a
 * residual branch f.
 *
 * | block | update |
 * |---|---|
 * | `shaped`, `unshaped` | `X ← λX + γ f(X)`, λ² + γ² = 1 |
 * | `depthScaled` | `X ← X + f(X)/√(2 depth)` |
 * | `preLN` | `X ← X + f(norm X)` |
 * | `postLN` | `X ← norm(X + f(X))` |
 *
 * Shaped attention is `A = γ1 I + softmax(Y/τ) − γ2 C̄` with `τ = τ0 √(n n_k)`; plain attention is
 * `A = softmax(Y/τ)` with `τ = τ0 √n_k`; `Y = X W_K W_Qᵀ Xᵀ / n`. All weights are N(0, 1).
 */
export interface Architecture {
  /** Residual arrangement. Defaults to 'shaped'. */
  readonly block: BlockKind;
  /** Attention matrix. Defaults to 'shaped' in shaped blocks and 'softmax' in the others. */
  readonly attention: 'shaped' | 'softmax' | 'none';
  /**
   * MLP activation: shaped ReLU, a smooth function shaped as `s σ̄(x/s)` with `s = a √n`, plain ReLU,
   * or no MLP block. Defaults to 'shapedRelu' in shaped blocks, else 'relu'.
   */
  readonly activation: 'shapedRelu' | 'shapedSmooth' | 'relu' | 'none';
  /** Number of tokens m. */
  readonly tokens: number;
  /** Width n of the residual stream and of the MLP's hidden layer. */
  readonly width: number;
  /** Number of layers d. */
  readonly depth: number;
  /** Number of heads H, a divisor of the width. Defaults to 1. */
  readonly heads: number;
  /** Width n_k of a head's queries and keys. Defaults to width / heads. */
  readonly headWidth: number;
  /** Allowed keys (columns) of each query (row). Defaults to 'full'. */
  readonly mask: AttentionMask;
  /** Whether W_O/√n follows the concatenated heads. Defaults to false. */
  readonly outputProjection: boolean;
  /** Branch weight γ. Defaults to 1/√8 in shaped and unshaped blocks; fixed in the others. */
  readonly gamma: number;
  /** Skip weight λ. Defaults to √(1 − γ²) in shaped and unshaped blocks; 1 in the others. */
  readonly lambda: number;
  /** Temperature τ0. Defaults to 1. */
  readonly tau0: number;
  /** Positive slope `s₊ = 1 + c₊/√n` of the shaped ReLU. Defaults to 0. */
  readonly cPlus: number;
  /** Negative slope `s₋ = 1 + c₋/√n` of the shaped ReLU. Defaults to −1. */
  readonly cMinus: number;
  /** σ of the smooth activation, normalised to σ̄(0) = 0, σ̄'(0) = 1. Defaults to 'tanh'. */
  readonly smooth: SmoothName;
  /** a of the smooth activation's scale `s = a √n`: the larger, the flatter. Defaults to 1. */
  readonly a: number;
  /** a of `γ1 = 1 + a/n`, the identity's gain in shaped attention. Defaults to 0. */
  readonly gamma1Shift: number;
  /** b of `γ2 = 1 + b/n`, the centring's gain in shaped attention. Defaults to 0. */
  readonly gamma2Shift: number;
  /** Normalisation of preLN and postLN blocks, where it defaults to 'layer'; 'none' elsewhere. */
  readonly norm: 'layer' | 'rms' | 'none';
}

/** What must be said of an architecture; the rest has defaults. */
export type ArchitectureOptions = Partial<Architecture> &
  Pick<Architecture, 'tokens' | 'width' | 'depth'>;
