// Prints peak memory and the time of a training step as JSON; started by memory.mjs with its options
// as the argument.
import { performance } from 'node:perf_hooks';
import { architecture } from '../../../packages/sde/dist/index.js';
import { configSchema } from '../../../packages/harness/dist/config/schema.js';
import { selectBackend } from '../../../packages/harness/dist/backend/index.js';
import { estimateMemory } from '../../../packages/harness/dist/train/memory-estimate.js';
import { Trainer } from '../../../packages/harness/dist/train/trainer.js';
import { batchesOf, networkOf } from './network.mjs';
import { tf } from './tensors.mjs';

/** So low that rounding does not grow from step to step in a deep network that is not warmed up. */
const RATE = 1e-5;

const { backend, steps, checkpointing, depth, width, tokens, heads, ...rest } = JSON.parse(
  process.argv[2],
);
const { batch, vocabulary } = rest;
await selectBackend(backend);
/** Bytes, as the operating system counts them. */
const peak = () => process.resourceUsage().maxRSS * 1024;
const before = peak();
const model = { depth, width, tokens, heads, batch, vocabulary, block: 'shaped' };
const network = Object.assign(networkOf(model), { checkpointing });
const trainer = new Trainer(network, { settings: configSchema.parse({}).train });
const batches = batchesOf(model);
let loss;
let milliseconds;
for (let i = 0; i < steps; i++) {
  const start = performance.now();
  ({ loss } = trainer.step(batches[i % batches.length], RATE));
  milliseconds = performance.now() - start;
}
const arch = architecture({ depth, width, tokens, heads, mask: 'causal' });
const estimate = estimateMemory(
  { arch, vocabulary, batch, positions: true },
  backend,
  checkpointing,
);
const heap = backend === 'wasm' ? tf.backend().wasm.HEAPU8.byteLength : undefined;
console.log(JSON.stringify({ estimate, process: peak() - before, heap, milliseconds, loss }));
process.exit(0);
