import { performance } from 'node:perf_hooks';
import { configSchema } from '../../../packages/harness/dist/config/schema.js';
import { cadenceOf } from '../../../packages/harness/dist/train/cadence.js';
import { Evaluation } from '../../../packages/harness/dist/train/evaluation.js';
import { Trainer } from '../../../packages/harness/dist/train/trainer.js';
import { median } from '../lib/compare-times.mjs';
import { interleave } from '../lib/interleave.mjs';
import { batchesOf, networkOf } from './network.mjs';

/** What `shaped train` measures: windows of the layers' metrics, batches of the validation loss. */
const WINDOWS = 4;
const VALIDATION_BATCHES = 8;

/** Steps and measurements before the clock starts, which record and prepare the graphs. */
const WARM_UP = 4;

/** Steps that are timed together: in a training each follows the one before. */
const STEPS_TOGETHER = 10;

/** Steps of the shortest training that is told of: that of the default configuration. */
const SHORT = 160;

/**
 * The time of a training of `work.steps` steps with its metrics as a fraction of that without: one
 * measurement is shared by the steps of its default cadence.
 */
export async function measureMetrics(work, { rounds, log }) {
  const { model, steps, target } = work;
  const settings = configSchema.parse({}).train;
  const network = networkOf(model);
  const trainer = new Trainer(network, { settings });
  const evaluation = new Evaluation(network);
  try {
    const [batch, held] = batchesOf(model);
    const probe = held.inputs.slice(0, WINDOWS * model.tokens);
    const measureLoss = () => evaluation.loss(Array(VALIDATION_BATCHES).fill(held));
    for (let i = 0; i < WARM_UP; i++) {
      trainer.step(batch, 1e-3);
      measureLoss();
      await evaluation.layers(probe, 0);
    }
    const timed =
      (work, times = 1) =>
      async () => {
        const start = performance.now();
        for (let i = 0; i < times; i++) await work();
        return (performance.now() - start) / 1_000 / times;
      };
    log(`${work.name}: ${rounds} rounds …`);
    const seconds = await interleave(
      {
        step: timed(() => trainer.step(batch, 1e-3), STEPS_TOGETHER),
        layers: timed(() => evaluation.layers(probe, 0)),
        loss: timed(measureLoss),
      },
      rounds,
    );
    const [step, layers, loss] = ['step', 'layers', 'loss'].map((name) => median(seconds[name]));
    const ratioOf = (length) => {
      const { metricsEvery, evaluateEvery } = cadenceOf({ steps: length });
      return 1 + (layers / metricsEvery + loss / evaluateEvery) / step;
    };
    const ratio = ratioOf(steps);
    return {
      ...work,
      rounds,
      oursSeconds: step * ratio,
      peerSeconds: step,
      layersSeconds: layers,
      lossSeconds: loss,
      short: { steps: SHORT, ratio: ratioOf(SHORT) },
      ratio,
      met: ratio <= target,
    };
  } finally {
    trainer.dispose();
    evaluation.dispose();
    network.model.dispose();
  }
}
