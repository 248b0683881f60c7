import type { Stream } from '@shaped/random';
import { addGram } from '../covariance/matrix.js';
import { architecture, type Architecture } from '../model/architecture.js';
import { attentionStep } from './attention-step.js';
import type { ChainState } from './chain-state.js';
import { initialState } from './initial-state.js';
import { mlpStep } from './mlp-step.js';

/** The exact law of a finite-width network's covariance, one layer at a time. */
export interface GramChain {
  readonly architecture: Architecture;
  /** What the chain assumes, in words. */
  readonly domain: string;
  /** The state at V0 `[m, m]` (slices are drawn from the stream where needed) or at slices `[H, m, m]`. */
  initialState(V0: Float64Array, stream?: Stream): ChainState;
  /**
   * The state after an attention block, with the heads' attention matrices, `[H, m, m]`, and
   * `mixed = (1/H) Σ_h A_h V A_hᵀ` `[m, m]`, V being what the branch sees (normalised in pre-norm
   * blocks): before a post-norm, E[V' | A] = λ²V + γ² mixed.
   */
  attention(
    state: ChainState,
    stream: Stream,
  ): { state: ChainState; mixed: Float64Array; scores: Float64Array };
  /**
   * The state after an MLP block, with `excess = (c φφᵀ − u uᵀ)/n` `[m, m]`: before a post-norm and
   * without a pre-norm, E[V' − V | φ] = γ² (excess + (u uᵀ/n − V)), whose last term has mean zero.
   */
  mlp(state: ChainState, stream: Stream): { state: ChainState; excess: Float64Array };
  /** The state after a whole layer: attention, then MLP, whichever the architecture has. */
  layer(state: ChainState, stream: Stream): ChainState;
}

/** Advances a state in place by one layer; what {@link gramChain} and `simulateChain` share. */
export type LayerStep = (state: ChainState, stream: Stream) => void;

/**
 * The finite-width chain of an architecture: its covariance after each layer has exactly the law of
 * the network's, at every width, without any n×n weight. A layer costs O(H m³ + m² n).
 *
 * Source: docs/theory.md, section 4. States are never changed; every call returns new arrays.
 *
 * @throws ArchitectureError for an impossible architecture
 * @throws RangeError for LayerNorm, whose law is not a function of V alone
 */
export function gramChain(options: Architecture): GramChain {
  const arch = architecture(options);
  refuseLayerNorm(arch);
  const { tokens: m, heads } = arch;
  const attention = arch.attention === 'none' ? undefined : attentionStep(arch);
  const mlp = arch.activation === 'none' ? undefined : mlpStep(arch, true);
  return {
    architecture: arch,
    domain:
      'Weights iid N(0, 1) and independent between layers; any width ≥ tokens, any depth. ' +
      'Exact in law, not path by path.',
    initialState: (V0, stream) => initialState(arch, V0, stream),
    attention(state, stream) {
      if (attention === undefined) throw missing('attention', 'attention');
      const next = copyState(state);
      attention.run(next, stream);
      const mixed = new Float64Array(m * m);
      for (let h = 0; h < heads; h++) {
        addGram(
          attention.mixedFactors.subarray(h * m * m, (h + 1) * m * m),
          m,
          m,
          1 / heads,
          mixed,
        );
      }
      return { state: next, mixed, scores: attention.scores.slice() };
    },
    mlp(state, stream) {
      if (mlp === undefined) throw missing('mlp', 'activation');
      const next = copyState(state);
      mlp.run(next, stream);
      const excess = mlp.activationGram.map((p, i) => p - mlp.preActivationGram[i]);
      return { state: next, excess };
    },
    layer(state, stream) {
      const next = copyState(state);
      attention?.run(next, stream);
      mlp?.run(next, stream);
      return next;
    },
  };
}

/** One layer of the chain as an in-place step without traces: the fast form. */
export function layerStep(arch: Architecture): LayerStep {
  refuseLayerNorm(arch);
  const attention = arch.attention === 'none' ? undefined : attentionStep(arch);
  const mlp = arch.activation === 'none' ? undefined : mlpStep(arch, false);
  return (state, stream) => {
    attention?.run(state, stream);
    mlp?.run(state, stream);
  };
}

function refuseLayerNorm(arch: Architecture): void {
  if (arch.norm === 'layer') {
    throw new RangeError(
      "gramChain: expected norm 'rms' or 'none', got 'layer'. LayerNorm subtracts feature means, " +
        "so V alone does not determine the next layer's law; use norm 'rms'.",
    );
  }
}

function missing(method: string, field: string): RangeError {
  return new RangeError(
    `${method}: expected an architecture with such a block, got ${field} 'none'. Call layer() instead.`,
  );
}

function copyState({ V, slices }: ChainState): ChainState {
  return slices ? { V: V.slice(), slices: slices.slice() } : { V: V.slice() };
}
