import { performance } from 'node:perf_hooks';
import { configSchema } from '../../../packages/harness/dist/config/schema.js';
import { cadenceOf } from '../../../packages/harness/dist/train/cadence.js';
import { Evaluation, VALIDATION_BATCHES } from '../../../packages/harness/dist/train/evaluation.js';
import { extremes } from '../../../packages/harness/dist/train/extremes.js';
import { probeWindows } from '../../../packages/harness/dist/train/probe-inputs.js';
import { Trainer } from '../../../packages/harness/dist/train/trainer.js';
import { median } from '../lib/compare-times.mjs';
import { interleave } from '../lib/interleave.mjs';
import { batchesOf, networkOf } from './network.mjs';

/** Steps and measurements before the clock starts, which record and prepare the graphs. */
const WARM_UP = 4;

/** Steps that are timed together: in a training each follows the one before. */
const STEPS_TOGETHER = 10;

/** Steps of a long training, of which is told too. */
const LONG = 2_000;

/** Measurements of a training: before the first step, at its cadence, and after the last step. */
function measurements(steps, every) {
  return 1 + Math.ceil(steps / every);
}

/**
 * The time of a training of `work.steps` steps with all its metrics, at their default cadence, as a fraction of
 * that without: layers, extremes and update ratios. Told beside it: the same with the validation loss, also
 * of a long training.
 */
export async function measureMetrics(work, { rounds, log }) {
  const { model, steps, target } = work;
  const settings = configSchema.parse({}).train;
  const network = networkOf(model);
  const trainer = new Trainer(network, { settings });
  const evaluation = new Evaluation(network);
  try {
    const [batch, held] = batchesOf(model);
    const probe = held.inputs.slice(0, probeWindows(model.tokens) * model.tokens);
    const measureLoss = () => evaluation.loss(Array(VALIDATION_BATCHES).fill(held));
    const measureLayers = async () => extremes(network, await evaluation.layers(probe, 0), 0);
    for (let i = 0; i < WARM_UP; i++) {
      trainer.step(batch, 1e-3);
      trainer.step(batch, 1e-3, true);
      measureLoss();
      await measureLayers();
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
        ratios: timed(() => trainer.step(batch, 1e-3, true)),
        layers: timed(measureLayers),
        loss: timed(measureLoss),
      },
      rounds,
    );
    const names = ['step', 'ratios', 'layers', 'loss'];
    const [step, withRatios, layers, loss] = names.map((name) => median(seconds[name]));
    const ratios = Math.max(0, withRatios - step);
    const ratioOf = (length, withLoss) => {
      const { metricsEvery, evaluateEvery } = cadenceOf({ steps: length });
      // After the last step there is no update to measure.
      const updates = measurements(length, metricsEvery) - 1;
      const metrics = (updates + 1) * layers + updates * ratios;
      const losses = withLoss ? measurements(length, evaluateEvery) * loss : 0;
      return 1 + (metrics + losses) / (length * step);
    };
    const ratio = ratioOf(steps, false);
    return {
      ...work,
      rounds,
      oursSeconds: step * ratio,
      peerSeconds: step,
      layersSeconds: layers,
      ratiosSeconds: ratios,
      lossSeconds: loss,
      withLoss: [steps, LONG].map((length) => ({ steps: length, ratio: ratioOf(length, true) })),
      ratio,
      met: ratio <= target,
    };
  } finally {
    trainer.dispose();
    evaluation.dispose();
    network.model.dispose();
  }
}
