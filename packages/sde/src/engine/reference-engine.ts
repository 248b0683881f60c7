import { foldIn, keyFromSeed, Stream, type Key } from '@shaped/random';
import type { ChainState } from '../chain/chain-state.js';
import { layerStep } from '../chain/gram-chain.js';
import { initialState } from '../chain/initial-state.js';
import { runPaths, type PathRunner } from '../ensemble/run-paths.js';
import type { SdeModel } from '../model/sde-model.js';
import { transformerSde } from '../model/transformer-sde.js';
import { drawsOfStep, type Refinement } from '../solver/brownian-path.js';
import { eulerMaruyama } from '../solver/euler-maruyama.js';
import { gramStep } from '../solver/gram-step.js';
import type { Engine } from './engine.js';
import type { ChainTask, SdeTask } from './task.js';
import { WORK_A_TURN } from './work.js';

/** The readable functions of model, solver and chain, one path after the other. */
export const referenceEngine: Engine = {
  name: 'reference',
  refuses: () => undefined,
  lanes: () => 1,
  workATurn: WORK_A_TURN,
  run(task, breathe) {
    const runner =
      task.kind === 'chain' ? chainRunner(task) : sdeRunner(transformerSde(task.arch), task);
    return runPaths(runner, task, breathe);
  },
};

/** What moves the paths of an SDE, beside its model. */
type SdeRun = Pick<SdeTask, 'solver' | 'dt' | 'seed'> & Refinement;

/** Paths of any SDE model, by a solver. @throws RangeError when the solver refuses model or dt */
export function sdeRunner(model: SdeModel, run: SdeRun): PathRunner {
  const key = foldIn(keyFromSeed(run.seed), 'sde', run.solver);
  const V = new Float64Array(model.tokens ** 2);
  const advance = sdeStep(model, run, key);
  let wasProjected = false;
  return {
    start(V0) {
      V.set(V0);
      return V;
    },
    step(path, step) {
      wasProjected = advance(V, path, step);
      return V;
    },
    projected: () => wasProjected,
  };
}

/** One step of a solver. Only Euler–Maruyama follows a Brownian path, so only it has one to refine. */
function sdeStep(
  model: SdeModel,
  { solver, dt, ...run }: SdeRun,
  key: Key,
): (V: Float64Array, path: number, step: number) => boolean {
  if (solver === 'gramStep') {
    const gram = gramStep(model, dt);
    return (V, path, step) => gram.step(V, new Stream(key, path, step));
  }
  const euler = eulerMaruyama(model, dt);
  return (V, path, step) => euler.step(V, drawsOfStep(key, path, step, run));
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
