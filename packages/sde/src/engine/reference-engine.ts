import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import type { ChainState } from '../chain/chain-state.js';
import { layerStep } from '../chain/gram-chain.js';
import { initialState } from '../chain/initial-state.js';
import { runPaths, type PathRunner } from '../ensemble/run-paths.js';
import type { SdeModel } from '../model/sde-model.js';
import { transformerSde } from '../model/transformer-sde.js';
import { SOLVERS, type SolverName } from '../solver/solvers.js';
import type { Engine } from './engine.js';
import type { ChainTask } from './task.js';
import { WORK_A_TURN } from './work.js';

/** The readable functions of model, solver and chain, one path after the other. */
export const referenceEngine: Engine = {
  name: 'reference',
  refuses: () => undefined,
  lanes: () => 1,
  workATurn: WORK_A_TURN,
  run(task, breathe) {
    const runner =
      task.kind === 'chain'
        ? chainRunner(task)
        : sdeRunner(transformerSde(task.arch), task.solver, task.dt, task.seed);
    return runPaths(runner, task, breathe);
  },
};

/** Paths of any SDE model, by a solver. @throws RangeError when the solver refuses model or dt */
export function sdeRunner(model: SdeModel, name: SolverName, dt: number, seed: number): PathRunner {
  const solver = SOLVERS[name](model, dt);
  const key = foldIn(keyFromSeed(seed), 'sde', name);
  const V = new Float64Array(model.tokens ** 2);
  let wasProjected = false;
  return {
    start(V0) {
      V.set(V0);
      return V;
    },
    step(path, step) {
      wasProjected = solver.step(V, new Stream(key, path, step));
      return V;
    },
    projected: () => wasProjected,
  };
}

function chainRunner({ arch, seed }: ChainTask): PathRunner {
  const advance = layerStep(arch);
  const root = foldIn(keyFromSeed(seed), 'gram chain');
  const initialKey = foldIn(root, 'initial');
  const layerKey = foldIn(root, 'layer');
  let state: ChainState = { V: new Float64Array(arch.tokens ** 2) };
  return {
    start(V0, path) {
      state = initialState(arch, V0, new Stream(initialKey, path));
      return state.V;
    },
    step(path, layer) {
      advance(state, new Stream(layerKey, path, layer));
      return state.V;
    },
  };
}
