import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { configSchema } from '../../../packages/harness/dist/config/schema.js';
import { Trainer } from '../../../packages/harness/dist/train/trainer.js';
import { compareTimes, median } from '../lib/compare-times.mjs';
import { interleave } from '../lib/interleave.mjs';
import { batchesOf, loadPeer, networkOf } from './network.mjs';
import { rested } from './rested.mjs';
import { COMPILE_TARGET } from './sizes.mjs';

const LEARNING_RATE = 2e-3;

/** Steps whose losses are compared before the clock starts. */
const CURVE = 8;

/**
 * The largest relative difference of two losses on the same path: both sides sum the same float32
 * terms in other orders, and Adam's first steps, near the sign of a gradient, amplify that.
 */
const SAME = 1e-4;

/**
 * A training step of ours against PyTorch's, from the same weights on the same batches: whether
 * both follow the same losses, the seconds of the first compilation, and the ratio of times.
 */
export async function raceStep(work, { peer, rounds, log }) {
  const { model, steps } = work;
  const network = networkOf(model);
  const warnings = [];
  const trainer = new Trainer(network, {
    settings: configSchema.parse({}).train,
    threads: availableParallelism(),
    reporter: { line: log, warn: (text) => warnings.push(text) },
  });
  try {
    const batches = batchesOf(model);
    let done = 0;
    const train = async (count) => {
      const losses = [];
      const start = performance.now();
      let slowest = 0;
      for (let i = 0; i < count; i++) {
        const before = performance.now();
        losses.push(trainer.step(batches[done++ % batches.length], LEARNING_RATE).loss);
        slowest = Math.max(slowest, (performance.now() - before) / 1_000);
        // As the loop of a training does: other threads join between two steps.
        await setImmediate();
      }
      return { seconds: (performance.now() - start) / 1_000, losses, slowest };
    };
    const trainPeer = (count) =>
      peer.ask({ do: 'train', steps: count, learningRate: LEARNING_RATE });

    log(`${work.name}: comparing the losses …`);
    await loadPeer(peer, network, model);
    const [mine, theirs] = [await train(CURVE), await trainPeer(CURVE)];
    const differences = mine.losses.map((loss, i) => Math.abs(loss / theirs.losses[i] - 1));
    const difference = Math.max(...differences);
    log(`${work.name}: ${rounds} rounds …`);
    const seconds = await interleave(
      {
        ours: rested(async () => (await train(steps)).seconds / steps),
        peer: rested(async () => (await trainPeer(steps)).seconds / steps),
      },
      rounds,
    );
    const agrees = difference < SAME;
    const fraction = fractionOf(seconds.ours, seconds.peer);
    const isQuickEnough = mine.slowest <= COMPILE_TARGET && fraction.ratio <= work.target;
    return {
      ...work,
      rounds,
      warnings,
      agrees,
      difference,
      compileSeconds: mine.slowest,
      oursSeconds: median(seconds.ours),
      peerSeconds: median(seconds.peer),
      ...fraction,
      met: agrees && isQuickEnough,
    };
  } finally {
    trainer.dispose();
    network.model.dispose();
  }
}

/** Our time as a fraction of the other's, of the medians and in the extreme rounds. */
export function fractionOf(ours, other) {
  const { ratio, lowest, highest } = compareTimes(other, ours);
  return { ratio, lowest, highest };
}
