import type { Ensemble } from '../ensemble/ensemble.js';
import { throwIfAborted, untilAborted } from './abort.js';
import { cutIntoTasks } from './cut-into-tasks.js';
import type { Engine } from './engine.js';
import { engineFor } from './engines.js';
import { turn } from './event-loop.js';
import type { EnsemblePlan, ForeignTask } from './plan.js';
import { referenceEngine } from './reference-engine.js';
import type { EnsembleTask } from './task.js';
import { TASKS_A_WORKER, workerPool, type WorkerPool } from './worker-pool.js';

type Batches = AsyncGenerator<Ensemble, void, undefined>;

/**
 * The paths of a plan as consecutive batches, the first path first. In the calling thread a batch is
 * computed when it is asked for; workers are at most {@link TASKS_A_WORKER} batches each ahead.
 */
export async function* runBatches(plan: EnsemblePlan): Batches {
  const { options, model } = plan;
  const { signal, onProgress, paths } = options;
  throwIfAborted(model.caller, signal);
  let done = 0;
  for await (const ensemble of start(plan)) {
    done += ensemble.paths;
    onProgress?.(done, paths);
    yield ensemble;
    if (done < paths) throwIfAborted(model.caller, signal);
  }
}

function start(plan: EnsemblePlan): Batches {
  const { options, model } = plan;
  if (model.kind === 'foreign') {
    if (options.workers === undefined && options.engine !== 'kernel') return inThisThread(plan);
    throw new RangeError(
      `${model.caller}: expected a model as mlpSde, attentionSde or transformerSde made it, got ` +
        'another one, whose functions neither workers nor kernels can be given. ' +
        'Leave workers and engine out.',
    );
  }
  const engine = engineFor({ ...model, ...NO_PATHS }, options.engine);
  if (options.workers === undefined) return inThisThread(plan, engine);
  return onWorkers(plan, options.workers, engine);
}

/** What engines are asked about is no matter of the paths. */
const NO_PATHS = { firstPath: 0, paths: 0, startSize: 0, V0: new Float64Array(0) };

function paceOf({ model }: EnsemblePlan, engine: Engine, workers: number) {
  const lanes = model.kind === 'foreign' ? 1 : engine.lanes({ ...model, ...NO_PATHS });
  return { lanes, workATurn: engine.workATurn, workers };
}

async function* inThisThread(plan: EnsemblePlan, engine: Engine = referenceEngine): Batches {
  const { caller } = plan.model;
  const breathe = async () => {
    await turn();
    throwIfAborted(caller, plan.options.signal);
  };
  const run = (task: EnsembleTask | ForeignTask) =>
    task.kind === 'foreign' ? task.run(task, breathe) : engine.run(task, breathe);
  for (const task of cutIntoTasks(plan, paceOf(plan, engine, 0))) {
    await breathe();
    yield await run(task);
  }
}

async function* onWorkers(
  plan: EnsemblePlan,
  workers: number | WorkerPool,
  engine: Engine,
): Batches {
  const { caller } = plan.model;
  const { signal } = plan.options;
  const own = typeof workers === 'number' ? workerPool(workers, caller) : undefined;
  const pool = own ?? (workers as WorkerPool);
  const ahead = TASKS_A_WORKER * pool.size;
  const pace = paceOf(plan, engine, pool.size);
  const tasks = cutIntoTasks(plan, pace) as Iterator<EnsembleTask, void>;
  const running: Promise<Ensemble>[] = [];
  const fill = () => {
    while (running.length < ahead) {
      const { value } = tasks.next();
      if (value === undefined) return;
      const batch = pool.run(value, engine.name);
      batch.catch(() => undefined); // Reported when its turn comes, if anyone still asks.
      running.push(batch);
    }
  };
  // Also while the consumer is busy elsewhere.
  const stop = () => void own?.close();
  signal?.addEventListener('abort', stop);
  try {
    for (;;) {
      fill();
      const next = running.shift();
      if (next === undefined) return;
      const ensemble = await untilAborted(caller, signal, next);
      fill();
      yield ensemble;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    await own?.close();
  }
}
