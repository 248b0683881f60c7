import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyFromSeed, foldIn, Stream } from '../../../packages/random/dist/index.js';
import { architecture } from '../../../packages/sde/dist/index.js';
import { buildLanguageModel } from '../../../packages/harness/dist/network/index.js';

/** Batches that are trained on in turn. */
const BATCHES = 4;

/** The network of a model, from a fixed seed. */
export function networkOf({ vocabulary, batch: _, ...rest }) {
  const arch = architecture({ ...rest, mask: 'causal' });
  return buildLanguageModel({ arch, vocabulary, positions: true, seed: 1 });
}

/** Random token ids of a model, `[batches, 2, B, T]`: inputs and targets. */
function drawIds({ vocabulary, batch, tokens }) {
  const stream = new Stream(foldIn(keyFromSeed(1), 'bench'));
  const size = BATCHES * 2 * batch * tokens;
  return Int32Array.from({ length: size }, () => Math.floor(stream.uniform() * vocabulary));
}

/** Batches of random tokens: their loss falls as the model learns them by heart. */
export function batchesOf(model) {
  const ids = drawIds(model);
  const size = model.batch * model.tokens;
  return Array.from({ length: BATCHES }, (_, i) => ({
    inputs: ids.slice(2 * i * size, (2 * i + 1) * size),
    targets: ids.slice((2 * i + 1) * size, (2 * i + 2) * size),
  }));
}

/** Makes the same model with the same weights and batches at the peer. */
export async function loadPeer(peer, network, model) {
  const folder = mkdtempSync(join(tmpdir(), 'shaped-bench-'));
  try {
    const weights = join(folder, 'weights');
    const batches = join(folder, 'batches');
    const values = network.model.weights.map((weight) => weight.read().dataSync());
    writeFileSync(weights, Buffer.concat(values.map((list) => Buffer.from(list.slice().buffer))));
    writeFileSync(batches, Buffer.from(drawIds(model).buffer));
    await peer.ask({ do: 'load', model, weights, batches });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
