import { architecture } from '@shaped/sde';
import { describe, expect, it } from 'vitest';
import { WASM_HEAP_BYTES } from '../backend/index.js';
import { EXIT, Failure } from '../failure.js';
import { estimateMemory } from './memory-estimate.js';
import { memoryLimit, planMemory } from './memory-plan.js';

const size = {
  arch: architecture({ tokens: 64, width: 128, depth: 100, heads: 4, mask: 'causal' }),
  ...{ vocabulary: 4096, positions: true, batch: 8 },
};
// Four slices, one at a time in memory.
const large = { ...size, batch: 256 };
const heap = memoryLimit('wasm', 2 ** 40);

function failure(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('expected a failure, got none');
}

describe('memoryLimit', () => {
  it('is the heap on wasm, unless the machine has less, and the free memory elsewhere', () => {
    expect(heap).toEqual({ bytes: WASM_HEAP_BYTES, name: 'the heap of WebAssembly' });
    expect(memoryLimit('wasm', 1e9)).toEqual({ bytes: 1e9, name: 'the memory that is free' });
    expect(memoryLimit('tensorflow', 2 ** 40).bytes).toBe(2 ** 40);
    expect(memoryLimit('cpu').bytes).toBeGreaterThan(2 ** 20);
  });
});

describe('planMemory', () => {
  it('lets a training that fits run as it is, and says how much it takes', () => {
    const plan = planMemory(size, 'wasm', 'auto', heap);
    expect(plan).toMatchObject({
      checkpointing: false,
      bytes: estimateMemory(size, 'wasm', false),
    });
    expect(plan.line).toMatch(/^Memory: about 10\d\d MiB of 4\.0 GiB\.$/);
    expect(planMemory(size, 'wasm', 'on', heap).line).toMatch(
      /^Memory: about \d+ MiB of 4\.0 GiB, blocks computed again in the backward pass\.$/,
    );
  });

  it('computes blocks again where a training would not fit otherwise', () => {
    const plan = planMemory(large, 'wasm', 'auto', heap);
    expect(plan).toMatchObject({ checkpointing: true, bytes: estimateMemory(large, 'wasm', true) });
    expect(plan.line).toMatch(
      /blocks computed again in the backward pass \(without, 1\d\.\d GiB of the heap of WebAssembly\)/,
    );
    expect(planMemory(large, 'tensorflow', 'auto', { bytes: 2 ** 40, name: '' })).toMatchObject({
      checkpointing: false,
    });
  });

  it('refuses a training that does not fit, with numbers and what would', () => {
    const refused = failure(() => planMemory(large, 'wasm', 'off', heap));
    expect(refused.exitCode).toBe(EXIT.usage);
    expect(refused.message).toMatch(
      /^memory: expected a training that fits into the heap of WebAssembly, 4\.0 GiB, got one of about 1\d\.\d GiB on wasm \(tensors: \d+ MiB for weights, gradients and the optimiser, 1\d\.\d GiB for 100 blocks of 64 × 64 tokens, \d+ MiB for embedding and readout\)\. Use --set train\.checkpointing=on \(about \d\.\d GiB, a slower step\), or --set train\.accumulate=\d, or --set train\.model\.tokens=\d+, or --set train\.model\.depth=\d+, or --backend tensorflow/,
    );
  });

  it('says so where the update of the weights is what does not fit', () => {
    const arch = architecture({ tokens: 8, width: 512, depth: 400 });
    const { message } = failure(() => planMemory({ ...large, arch }, 'wasm', 'on', heap));
    expect(message).toMatch(/\(tensors: 1\d\.\d GiB while weights and optimiser are updated\)/);
  });

  it('advises the fewest parts of a batch that fit', () => {
    const { message } = failure(() => planMemory(large, 'wasm', 'off', heap));
    const peak = (parts: number) =>
      estimateMemory({ ...large, batch: 256 / parts, accumulate: parts }, 'wasm', false);
    const parts = Number(/accumulate=(\d+)/.exec(message)![1]);
    expect(peak(parts)).toBeLessThanOrEqual(heap.bytes);
    expect(peak(parts / 2)).toBeGreaterThan(heap.bytes);
  });

  it('advises the largest sizes that fit', () => {
    const { message } = failure(() => planMemory(large, 'wasm', 'off', heap));
    const advised = (key: string) => Number(new RegExp(`${key}=(\\d+)`).exec(message)![1]);
    const peak = (arch: object) =>
      estimateMemory({ ...large, arch: { ...large.arch, ...arch } }, 'wasm', false);
    for (const step of [0, 1]) {
      const fits = step === 0;
      expect(peak({ tokens: advised('tokens') + step }) <= heap.bytes).toBe(fits);
      expect(peak({ depth: advised('depth') + step }) <= heap.bytes).toBe(fits);
    }
  });

  it('advises no checkpointing that would not help, nor sizes of zero', () => {
    const { message } = failure(() =>
      planMemory(large, 'tensorflow', 'auto', { bytes: 2 ** 20, name: 'the memory that is free' }),
    );
    expect(message).toMatch(/Use a machine with more memory\.$/);
  });
});
