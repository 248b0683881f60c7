import { architecture } from '@shaped/sde';
import { describe, expect, it } from 'vitest';
import { BACKENDS, useBackend } from '../metrics/testing/backends.js';
import { configSchema } from '../config/schema.js';
import { buildLanguageModel } from '../network/index.js';
import { estimateMemory } from './memory-estimate.js';
import { Trainer } from './trainer.js';

const { train: settings } = configSchema.parse({});

/** How far an estimate may be from the measured peak, up and down. */
const TOLERANCE = 0.35;

const hasNative = BACKENDS.some((name) => name === 'tensorflow');

/** The most memory that the process has had, bytes. */
const peak = () => process.resourceUsage().maxRSS * 1024;

describe.skipIf(!hasNative)('estimateMemory on native TensorFlow', () => {
  // In a process of its own, from small to large, for a peak never falls.
  it('is the memory that a training adds to its process, captured steps included', async () => {
    await useBackend('tensorflow');
    const before = peak();
    const arch = architecture({ tokens: 64, width: 64, depth: 16, heads: 4, mask: 'causal' });
    const size = { arch, vocabulary: 512, positions: true, batch: 16 };
    for (const checkpointing of [true, false]) {
      const network = buildLanguageModel({ ...size, seed: 1 });
      const trainer = new Trainer(Object.assign(network, { checkpointing }), { settings });
      const ids = Int32Array.from({ length: size.batch * arch.tokens }, (_, i) => i % 512);
      for (let i = 0; i < 4; i++) trainer.step({ inputs: ids, targets: ids }, 1e-3);
      trainer.dispose();
      network.model.dispose();
      const ratio = estimateMemory(size, 'tensorflow', checkpointing) / (peak() - before);
      expect(ratio, `checkpointing ${checkpointing}`).toBeGreaterThan(1 - TOLERANCE);
      expect(ratio, `checkpointing ${checkpointing}`).toBeLessThan(1 + TOLERANCE);
    }
  });
});
