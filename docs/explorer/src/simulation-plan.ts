import { architecture, enoughSteps, type SimulateOptions } from '@shaped/sde';
import { depthFor, INTERVALS, WIDTH } from './depth.ts';
import type { ExplorerState } from './explorer-state.ts';

/** V0 with variances 1 and ρ between any two tokens, `[m, m]`. */
export function equicorrelated(tokens: number, rho: number): Float64Array {
  return Float64Array.from({ length: tokens ** 2 }, (_, i) => (i % (tokens + 1) === 0 ? 1 : rho));
}

/**
 * What `simulateBatches` is asked for a state.
 *
 * @throws ArchitectureError when the state is no architecture
 */
export function simulationPlan(state: ExplorerState): SimulateOptions {
  const { gamma, tau0, cMinus, ratio, tokens, startRho, mask, paths, stopAt, seed } = state;
  const shape = { tokens, width: WIDTH, depth: depthFor(state), gamma, tau0, cMinus, mask };
  const arch = architecture(shape);
  const { steps, refines } = enoughSteps(arch, ratio);
  return {
    arch,
    V0: equicorrelated(tokens, startRho),
    ...{ time: ratio, steps, refines, paths, stopAt, seed },
    recordAt: Array.from({ length: INTERVALS + 1 }, (_, i) => (i * steps) / INTERVALS),
  };
}
