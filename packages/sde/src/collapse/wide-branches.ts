import type { Stream } from '@shaped/random';
import { normalizeState } from '../chain/chain-state.js';
import type { Architecture } from '../model/architecture.js';
import { mixedGram, type MixedGramSample } from './mixed-gram.js';
import { reluGram } from './relu-gram.js';

/**
 * Writes the Gram matrix F Fᵀ/n of one residual branch at V into `out`, `[m, m]`, in the limit of
 * infinite width.
 */
export type WideBranch = (V: Float64Array, stream: Stream, out: Float64Array) => void;

/**
 * The residual branches of an architecture at infinite width, attention first, each with the pre-norm
 * of its block. Softmax attention mixes, ReLU bends; shaped attention and shaped activations are
 * O(1/√n) from the identity and hand on V. A block that is 'none' is left out.
 *
 * Both norms divide by √V_aa: at infinite width LayerNorm has nothing to subtract, as the feature
 * means of Gaussian branches, and of an input with none, vanish.
 */
export function wideBranches(arch: Architecture, sample: MixedGramSample): WideBranch[] {
  const m = arch.tokens;
  const seen = new Float64Array(m * m);
  const preNorm = arch.block === 'preLN' && arch.norm !== 'none';
  const atInput =
    (branch: WideBranch): WideBranch =>
    (V, stream, out) => {
      seen.set(V);
      if (preNorm) normalizeState({ V: seen }, m);
      branch(seen, stream, out);
    };
  const handOn: WideBranch = (V, _, out) => out.set(V);
  const branches: WideBranch[] = [];
  if (arch.attention !== 'none') {
    branches.push(arch.attention === 'softmax' ? mixedGram(arch, sample) : handOn);
  }
  if (arch.activation !== 'none') {
    branches.push(arch.activation === 'relu' ? (V, _, out) => reluGram(V, m, out) : handOn);
  }
  return branches.map(atInput);
}
