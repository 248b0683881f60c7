import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import type { Ensemble, EnsembleOptions } from '../ensemble/ensemble.js';
import { runEnsemble } from '../ensemble/run-ensemble.js';
import { architecture, type Architecture } from '../model/architecture.js';
import type { ChainState } from './chain-state.js';
import { layerStep } from './gram-chain.js';
import { initialState } from './initial-state.js';

/** Options of {@link simulateChain}; a V0 function may also return per-head slices, `[H, m, m]`. */
export interface SimulateChainOptions extends EnsembleOptions {
  arch: Architecture;
}

/**
 * An ensemble of finite-width covariance paths with exactly the network's law; step k is layer k,
 * at time k/width.
 *
 * @throws ArchitectureError for an impossible architecture
 * @throws RangeError for LayerNorm, for a V0 that is no covariance, or for impossible options
 */
export function simulateChain(options: SimulateChainOptions): Ensemble {
  const arch = architecture(options.arch);
  const advance = layerStep(arch);
  const m2 = arch.tokens * arch.tokens;
  const root = foldIn(keyFromSeed(options.seed), 'gram chain');
  const initialKey = foldIn(root, 'initial');
  const layerKey = foldIn(root, 'layer');
  let state: ChainState = { V: new Float64Array(m2) };
  return runEnsemble(
    {
      start(V0, path) {
        state = initialState(arch, V0, new Stream(initialKey, path));
        return state.V;
      },
      step(path, layer) {
        advance(state, new Stream(layerKey, path, layer));
        return state.V;
      },
    },
    options,
    {
      caller: 'simulateChain',
      tokens: arch.tokens,
      steps: arch.depth,
      dt: 1 / arch.width,
      lengths: arch.heads > 1 ? [m2, arch.heads * m2] : [m2],
    },
  );
}
