import { expect, test } from 'vitest';
import { type BlockOptions, resolveBlock } from './block-options.js';
import { transformerBlockSettings } from './transformer-block-args.js';

test('every kind has the defaults of its architecture', () => {
  const gamma = Math.sqrt(1 / 8);
  const lambda = Math.sqrt(7 / 8);
  const [shaped, softmax] = [
    { attention: 'shaped', activation: 'shapedRelu', norm: 'none' },
    { attention: 'softmax', activation: 'relu', norm: 'none' },
  ];
  expect(resolveBlock({ kind: 'shaped' })).toEqual({ kind: 'shaped', ...shaped, gamma, lambda });
  expect(resolveBlock({ kind: 'unshaped' })).toEqual({
    ...{ kind: 'unshaped', ...softmax },
    ...{ gamma, lambda },
  });
  for (const kind of ['preLN', 'postLN'] as const) {
    const wanted = { kind, ...softmax, norm: 'layer', gamma: 1, lambda: 1 };
    expect(resolveBlock({ kind })).toEqual(wanted);
  }
  const scaled = resolveBlock({ kind: 'depthScaled', depth: 8 });
  expect(scaled).toEqual({ kind: 'depthScaled', ...softmax, gamma: 1 / 4, lambda: 1 });
});

test('γ sets λ, unless λ is given', () => {
  expect(resolveBlock({ kind: 'shaped', gamma: 0.6 }).lambda).toBeCloseTo(0.8, 15);
  expect(resolveBlock({ kind: 'shaped', gamma: 2, lambda: 0.1 })).toMatchObject({
    ...{ gamma: 2, lambda: 0.1 },
  });
});

test.each([
  [{ kind: 'preNorm' }, /kind to be one of shaped, .*got preNorm/],
  [{ kind: 'shaped', attention: 'linear' }, /attention to be one of .*got linear/],
  [{ kind: 'shaped', activation: 'swish' }, /activation to be one of .*got swish/],
  [{ kind: 'shaped', attention: 'none', activation: 'none' }, /'none' for both/],
  [{ kind: 'shaped', norm: 'rms' }, /norm of kind shaped to be one of none, got rms/],
  [{ kind: 'preLN', norm: 'none' }, /norm of kind preLN to be one of layer, rms, got none/],
  [{ kind: 'shaped', gamma: 1.5 }, /gamma in \[0, 1\], got 1.5/],
  [{ kind: 'shaped', gamma: NaN }, /gamma to be finite, got NaN/],
  [{ kind: 'depthScaled' }, /depth to be a positive integer .*got undefined/],
  [{ kind: 'depthScaled', depth: 0 }, /depth to be a positive integer .*got 0/],
] as [BlockOptions, RegExp][])('%j is refused', (options, message) => {
  expect(() => resolveBlock(options)).toThrow(message);
});

test('heads are needed with attention, and only then', () => {
  expect(() => transformerBlockSettings({ kind: 'shaped' })).toThrow(/expected numHeads, got none/);
  expect(transformerBlockSettings({ kind: 'shaped', attention: 'none' }).numHeads).toBeUndefined();
});
