import { performance } from 'node:perf_hooks';
import { configSchema } from '../../../packages/harness/dist/config/schema.js';
import { lossOf } from '../../../packages/harness/dist/train/gradients.js';
import { measureLayers } from '../../../packages/harness/dist/train/measure-layers.js';
import { Trainer } from '../../../packages/harness/dist/train/trainer.js';
import { median } from '../lib/compare-times.mjs';
import { interleave } from '../lib/interleave.mjs';
import { batchesOf, networkOf } from './network.mjs';

/** What `shaped train` measures: windows of the layers' metrics, batches of the validation loss. */
const WINDOWS = 4;
const VALIDATION_BATCHES = 8;

/** Steps before the clock starts, which record and prepare the graph. */
const WARM_UP = 4;

/**
 * The time of a training with its metrics as a fraction of that without: one measurement is shared
 * by the steps of its cadence.
 */
export async function measureMetrics(work, { rounds, log }) {
  const { model, target } = work;
  const settings = configSchema.parse({}).train;
  const { metricsEvery, evaluateEvery } = settings;
  const network = networkOf(model);
  const trainer = new Trainer(network, { settings });
  try {
    const [batch, held] = batchesOf(model);
    const probe = held.inputs.slice(0, WINDOWS * model.tokens);
    for (let i = 0; i < WARM_UP; i++) trainer.step(batch, 1e-3);
    const timed = (work) => async () => {
      const start = performance.now();
      await work();
      return (performance.now() - start) / 1_000;
    };
    log(`${work.name}: ${rounds} rounds …`);
    const seconds = await interleave(
      {
        step: timed(() => trainer.step(batch, 1e-3)),
        layers: timed(() => measureLayers(network, probe, 0)),
        loss: timed(() => lossOf(network, Array(VALIDATION_BATCHES).fill(held))),
      },
      rounds,
    );
    const [step, layers, loss] = ['step', 'layers', 'loss'].map((name) => median(seconds[name]));
    const ratio = 1 + (layers / metricsEvery + loss / evaluateEvery) / step;
    return {
      ...work,
      rounds,
      oursSeconds: step * ratio,
      peerSeconds: step,
      layersSeconds: layers,
      lossSeconds: loss,
      ratio,
      met: ratio <= target,
    };
  } finally {
    trainer.dispose();
    network.model.dispose();
  }
}
