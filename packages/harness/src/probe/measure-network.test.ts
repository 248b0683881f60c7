import type { TransformerBlock } from '@shaped/attention';
import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { architecture, type ArchitectureOptions } from '@shaped/sde';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { Failure } from '../failure.js';
import { tokenCovariance } from '../metrics/index.js';
import { buildBlocks, embedWindow } from '../network/index.js';
import { forwardTwin } from '../testing/forward-twin.js';
import { measureGradients } from './measure-gradients.js';
import { measureNetwork, reseedNetwork } from './measure-network.js';

beforeAll(() => selectBackend('wasm'));

const options: ArchitectureOptions = {
  tokens: 4,
  width: 24,
  depth: 3,
  heads: 2,
  gamma: 0.5,
  tau0: 0.6,
};

function network(change: Partial<ArchitectureOptions> = {}) {
  const arch = architecture({ ...options, ...change });
  const blocks = buildBlocks(arch, 1);
  for (const block of blocks) block.build([1, arch.tokens, arch.width]);
  reseedNetwork(blocks, 9, 0);
  const X0 = embedWindow([3, 1, 4, 1], { width: arch.width, seed: 1, positions: true });
  return { arch, blocks, X0, dispose: () => blocks.forEach((block) => block.dispose()) };
}

const write = (block: TransformerBlock, name: string, at: number, value: number) => {
  const weight = block.weight(name);
  if (weight === undefined) throw new Error(`no weight ${name}`);
  const values = weight.read().dataSync().slice();
  values[at] = value;
  weight.write(tf.tensor(values, weight.shape as number[]));
};

describe('measureNetwork', () => {
  test('has a matrix a layer, and V0 first', () => {
    const { arch, blocks, X0, dispose } = network();
    const measured = measureNetwork(blocks, arch, X0);
    const lengths = Object.fromEntries(
      Object.entries<Float64Array>({ ...measured }).map(([k, v]) => [k, v.length]),
    );
    expect(lengths).toEqual({
      V: 4 * 16,
      half: 3 * 16,
      mixed: 3 * 16,
      excess: 3 * 16,
      scores: 3 * 2 * 16,
      slices: 4 * 2 * 16,
      halfSlices: 3 * 2 * 16,
    });
    expect(measured.V.slice(0, 16)).toEqual(tokenCovariance(X0, 4, 24));
    dispose();
  });

  test('V after each layer is that of the network’s own forward pass, bit for bit', () => {
    const { arch, blocks, X0, dispose } = network();
    const { V } = measureNetwork(blocks, arch, X0);
    tf.tidy(() => {
      let X: tf.Tensor = tf.tensor3d(X0, [1, 4, 24]);
      blocks.forEach((block, layer) => {
        X = block.apply(X) as tf.Tensor;
        const own = tokenCovariance(X.dataSync(), 4, 24);
        expect(V.slice((layer + 1) * 16, (layer + 2) * 16)).toEqual(own);
      });
    });
    dispose();
  });

  test.each<[string, Partial<ArchitectureOptions>]>([
    ['shaped', {}],
    ['preLN, whose branch sees normalised rows', { block: 'preLN', gamma: undefined }],
    ['preLN, rms', { block: 'preLN', gamma: undefined, norm: 'rms' }],
    ['postLN', { block: 'postLN', gamma: undefined }],
  ])('mixed, half and excess are those of a float64 forward pass: %s', (_, change) => {
    const { arch, blocks, X0, dispose } = network(change);
    const measured = measureNetwork(blocks, arch, X0);
    const twin = forwardTwin(blocks[0], arch, X0);
    // Float32 rounding of sums of 24 products of order one.
    const near = (got: Float64Array, expected: ArrayLike<number>) =>
      got.forEach((x, i) => expect(Math.abs(x - expected[i])).toBeLessThan(2e-5));
    near(measured.half.slice(0, 16), tokenCovariance(twin.attentionOutput, 4, 24));
    near(measured.V.slice(16, 32), tokenCovariance(twin.output, 4, 24));
    const u = tokenCovariance(twin.preActivation, 4, 24);
    const phi = tokenCovariance(twin.activation, 4, 24);
    const [up, down] =
      arch.activation === 'relu' ? [1, 0] : [1, 1 + arch.cMinus / Math.sqrt(arch.width)];
    near(
      measured.excess.slice(0, 16),
      phi.map((p, i) => (2 / (up ** 2 + down ** 2)) * p - u[i]),
    );
    // A Gram(branch input) Aᵀ, from the branch's own rows.
    const rows = Array.from({ length: 4 }, (_, t) => {
      const row = Array.from(X0.subarray(t * 24, (t + 1) * 24));
      if (arch.block !== 'preLN') return row;
      const mean = arch.norm === 'layer' ? row.reduce((s, x) => s + x, 0) / 24 : 0;
      const scale = Math.sqrt(row.reduce((s, x) => s + (x - mean) ** 2, 0) / 24);
      return row.map((x) => (x - mean) / scale);
    });
    const mixedRows = [0, 1].flatMap((h) =>
      [0, 1, 2, 3].map((a) =>
        rows[0].map((_, i) =>
          rows.reduce((sum, row, j) => sum + twin.scores[(h * 4 + a) * 4 + j] * row[i], 0),
        ),
      ),
    );
    const first = tokenCovariance(mixedRows.slice(0, 4).flat(), 4, 24);
    const second = tokenCovariance(mixedRows.slice(4).flat(), 4, 24);
    near(
      measured.mixed.slice(0, 16),
      first.map((x, i) => (x + second[i]) / 2),
    );
    dispose();
  });

  test('a value that is not finite is refused, naming layer and tensor, and leaks nothing', () => {
    const { arch, blocks, X0, dispose } = network();
    const cases = [
      ['query/kernel', 'scores'],
      ['value/kernel', 'attentionOutput'],
      ['mlp/pre/kernel', 'preActivation'],
      ['mlp/post/kernel', 'output'],
    ] as const;
    for (const [weight, tensor] of cases) {
      reseedNetwork(blocks, 9, 0);
      write(blocks[1], weight, 0, NaN);
      const before = tf.memory().numTensors;
      const measure = () => measureNetwork(blocks, arch, X0);
      expect(measure).toThrow(Failure);
      expect(measure).toThrow(`Layer 2 of 3: ${tensor} is not finite.`);
      expect(tf.memory().numTensors).toBe(before);
    }
    dispose();
  });
});

describe('reseedNetwork', () => {
  test('draws network s of a seed: the same bits again, others for another network or seed', () => {
    const { blocks, dispose } = network();
    const read = (seed: number, index: number) => {
      reseedNetwork(blocks, seed, index);
      return blocks.map((block) =>
        block.weights.map((w) => Array.from(w.read().dataSync()).join()),
      );
    };
    const first = read(9, 0);
    expect(read(9, 1)).not.toEqual(first);
    expect(read(8, 0)).not.toEqual(first);
    expect(read(9, 0)).toEqual(first);
    const kernels = first.flat().filter((values) => values.length > 100);
    expect(new Set(kernels).size).toBe(kernels.length); // no two weights are drawn alike
    dispose();
  });
});

describe('measureGradients', () => {
  test('is the norm of d⟨R, X_L⟩ by every weight: differences of a float64 twin agree', () => {
    const { arch, blocks, X0, dispose } = network({ width: 8, tokens: 3, depth: 1, tau0: 0.2 });
    const [{ gradientNorm, queryGradientNorm, keyGradientNorm }] = measureGradients(
      blocks,
      arch,
      X0.subarray(0, 24),
      3,
    );
    const R = new Stream(foldIn(keyFromSeed(3), 'readout')).fillNormal32(
      new Float32Array(24),
      1 / Math.sqrt(24),
    );
    const loss = () =>
      forwardTwin(blocks[0], arch, X0.subarray(0, 24)).output.reduce(
        (sum, x, i) => sum + x * R[i],
        0,
      );
    const STEP = 2 ** -9;
    const squares: Record<string, number> = {};
    for (const weight of blocks[0].trainableWeights) {
      const name = weight.originalName;
      const values = weight.read().dataSync().slice();
      squares[name] = 0;
      values.forEach((value, i) => {
        const at = (x: number) => {
          write(blocks[0], name, i, x);
          return loss();
        };
        const [up, down] = [Math.fround(value + STEP), Math.fround(value - STEP)];
        squares[name] += ((at(up) - at(down)) / (up - down)) ** 2;
        write(blocks[0], name, i, value);
      });
    }
    const total = Object.values(squares).reduce((sum, x) => sum + x, 0);
    // Truncation STEP² and float32 rounding are far below one part in a thousand.
    const near = (got: number | undefined, square: number) =>
      expect(Math.abs((got as number) / Math.sqrt(square) - 1)).toBeLessThan(1e-3);
    near(gradientNorm, total);
    near(queryGradientNorm, squares['query/kernel']);
    near(keyGradientNorm, squares['key/kernel']);
    dispose();
  });

  test('a gradient that is not finite is refused, naming layer and weight', () => {
    const { arch, blocks, X0, dispose } = network();
    write(blocks[2], 'mlp/post/kernel', 0, Infinity);
    const measure = () => measureGradients(blocks, arch, X0, 3);
    expect(measure).toThrow(Failure);
    expect(measure).toThrow(/^Layer \d of 3: .*squared norm of/);
    dispose();
  });

  test('leaves no tensor', () => {
    const { arch, blocks, X0, dispose } = network();
    const before = tf.memory().numTensors;
    measureGradients(blocks, arch, X0, 3);
    measureNetwork(blocks, arch, X0);
    expect(tf.memory().numTensors).toBe(before);
    dispose();
  });
});
