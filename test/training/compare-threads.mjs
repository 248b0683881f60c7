// Trains a small network on wasm in three slices, with one thread and with three, and prints as JSON
// what differs and how many slices other threads have computed. The argument is JSON: changes of the
// settings, and of the network.
import { deepStrictEqual } from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { architecture } from '../../packages/sde/dist/index.js';
import { selectBackend } from '../../packages/harness/dist/backend/index.js';
import { configSchema } from '../../packages/harness/dist/config/schema.js';
import { buildLanguageModel } from '../../packages/harness/dist/network/index.js';
import { Trainer } from '../../packages/harness/dist/train/trainer.js';

const VOCABULARY = 32;
const SEQUENCES = 6;

/** Steps that other threads take part in, and how long each waits for them at first. */
const STEPS = 8;
const PAUSE_MS = 20;

const { settings, checkpointing, tiedEmbeddings } = JSON.parse(process.argv[2]);
const arch = architecture({ tokens: 8, width: 16, depth: 2, heads: 2, mask: 'causal' });
const idsOf = (step) =>
  Int32Array.from(
    { length: SEQUENCES * arch.tokens },
    (_, i) => (7 * i + i * i + step) % VOCABULARY,
  );

function trainerOf(threads) {
  const options = { arch, vocabulary: VOCABULARY, positions: true, seed: 1, tiedEmbeddings };
  const network = Object.assign(buildLanguageModel(options), { checkpointing });
  const all = { ...configSchema.parse({}).train, ...settings };
  return new Trainer(network, { settings: all, seed: 3, threads, slices: 3 });
}

await selectBackend('wasm');
const [one, three] = [trainerOf(1), trainerOf(3)];
for (let [step, together] = [0, 0]; together < STEPS; step++) {
  const batch = { inputs: idsOf(step), targets: idsOf(step + 1) };
  const [expected, result] = [one.step(batch, 1e-3), three.step(batch, 1e-3)];
  deepStrictEqual(result, expected);
  if (three.elsewhere > 0) together++;
  else await setTimeout(PAUSE_MS);
}
deepStrictEqual(three.state(), one.state());
console.log(JSON.stringify({ one: one.elsewhere, three: three.elsewhere }));
for (const trainer of [one, three]) trainer.dispose();
