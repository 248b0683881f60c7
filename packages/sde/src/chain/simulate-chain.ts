import { keyFromSeed } from '@shaped/random';
import { checkOptions, recordedSteps } from '../engine/check-options.js';
import { collect } from '../engine/collect.js';
import type { EnsemblePlan } from '../engine/plan.js';
import type { HiddenPrecision } from '../engine/task.js';
import { runBatches } from '../engine/run-batches.js';
import { chainStepWork } from '../engine/work.js';
import type { EnsembleOptions } from '../ensemble/ensemble-options.js';
import type { Ensemble } from '../ensemble/ensemble.js';
import { architecture, type Architecture } from '../model/architecture.js';
import { refuseEmptyRows } from '../model/refuse-empty-rows.js';
import { tracksSlices } from './chain-state.js';
import { layerStep } from './gram-chain.js';

/**
 * Options of {@link simulateChain}; a V0 function may also return per-head slices, `[H, m, m]`, for
 * every path.
 */
export interface SimulateChainOptions extends EnsembleOptions {
  arch: Architecture;
  /**
   * Arithmetic of a ReLU's hidden layer, O(m² n) of a layer's work. 'single' takes a fifth less time
   * where the kernel computes; it moves V by some 1e-7 of it a layer, 10⁵ times less than the layer's
   * own noise. Everything else is double. Defaults to 'double'.
   */
  hiddenPrecision?: HiddenPrecision;
}

/**
 * An ensemble of finite-width covariance paths with exactly the network's law; step k is layer k,
 * at time k/width. The same bits whatever the batch and the workers.
 *
 * Rejects with an ArchitectureError for an impossible architecture; with a RangeError for LayerNorm,
 * a query that sees no key, a V0 that is no covariance, impossible options, or an ensemble larger than `memoryLimit`; with the
 * signal's reason once it is aborted; and with an Error when a worker dies.
 */
export async function simulateChain(options: SimulateChainOptions): Promise<Ensemble> {
  return collect(planOf('simulateChain', options));
}

/**
 * The ensemble of {@link simulateChain} as consecutive batches, the first path first: memory does not
 * grow with the number of paths. Leaving the loop early ends the workers. Rejects as `simulateChain`
 * does.
 */
export async function* simulateChainBatches(
  options: SimulateChainOptions,
): AsyncGenerator<Ensemble, void, undefined> {
  yield* runBatches(planOf('simulateChainBatches', options));
}

function planOf(caller: string, options: SimulateChainOptions): EnsemblePlan {
  const arch = architecture(options.arch);
  const { seed, stopAt = Infinity, hiddenPrecision = 'double' } = options;
  checkPrecision(caller, hiddenPrecision);
  const { tokens, depth: steps, width, heads } = arch;
  // Refuse an architecture without chain and a fractional seed before any worker starts.
  layerStep(arch);
  refuseEmptyRows(caller, arch);
  keyFromSeed(seed);
  checkOptions(caller, options);
  return {
    options,
    start: { caller, tokens, heads, followsSlices: tracksSlices(arch) },
    model: {
      ...{ kind: 'chain', caller, tokens, steps, dt: 1 / width, stopAt, arch, seed },
      hiddenPrecision,
      recordAt: recordedSteps(caller, steps, options.recordAt),
      stepWork: chainStepWork(arch),
    },
  };
}

function checkPrecision(caller: string, precision: HiddenPrecision): void {
  if (precision === 'double' || precision === 'single') return;
  throw new RangeError(
    `${caller}: expected hiddenPrecision 'double' or 'single', got '${String(precision)}'. Leave it out for double.`,
  );
}
