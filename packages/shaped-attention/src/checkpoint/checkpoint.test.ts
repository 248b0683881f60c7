import * as tf from '@tensorflow/tfjs-core';
import { expect, it, onTestFinished } from 'vitest';
import { TransformerBlock } from '../block/transformer-block.js';
import { drawNormal } from '../initializer/draw-keyed.js';
import { describeOnBackends } from '../testing/backends.js';
import { checkpoint } from './checkpoint.js';
import { replayed } from './replayed.js';

/** Two float32 sums of a few terms of order 1, taken in another order. */
const ROUNDING = 1e-6;

const normals = (shape: number[], seed: number) => drawNormal(shape, seed, 0.5);

function variable(shape: number[], seed: number): tf.Variable {
  const made = tf.tidy(() => tf.variable(normals(shape, seed)));
  onTestFinished(() => made.dispose());
  return made;
}

/** `x + tanh(x w1) w2`, with tensors on the way that only its gradient needs. */
const layer = (x: tf.Tensor, w1: tf.Tensor, w2: tf.Tensor): tf.Tensor =>
  tf.add(x, tf.matMul(tf.tanh(tf.matMul(x, w1)), w2));

const backend = () => tf.backend() as unknown as { numDataIds(): number };

const lossOf = (y: tf.Tensor) => tf.sum<tf.Scalar>(tf.square(y));

/** Every number of the loss and of its gradients. */
function gradientsOf(loss: () => tf.Scalar, weights: tf.Variable[]): number[][] {
  return tf.tidy(() => {
    const { value, grads } = tf.variableGrads(loss, weights);
    return [value, ...weights.map(({ name }) => grads[name])].map((t) => Array.from(t.dataSync()));
  });
}

describeOnBackends('checkpoint', (name) => {
  it('gives the value and the gradients of the function, bit for bit', () => {
    const inputs = () => [normals([5, 4], 1), normals([4, 8], 2), normals([8, 4], 3)];
    const take = (fn: typeof layer) =>
      tf.tidy(() => {
        const { value, grads } = tf.valueAndGrads((x, w1, w2) => lossOf(fn(x, w1, w2)))(inputs());
        return [value, ...grads].map((t) => Array.from(t.dataSync()));
      });
    expect(take(checkpoint(layer))).toEqual(take(layer));
  });

  it('gives captured variables their gradients, through layers within each other', () => {
    const weights = [1, 2, 3, 4].flatMap((l) => [variable([4, 8], l), variable([8, 4], 9 + l)]);
    const x = variable([5, 4], 20);
    const stack = (wrap: typeof checkpoint) => () => {
      let y: tf.Tensor = x;
      for (let l = 0; l < 4; l += 2) {
        y = wrap((input: tf.Tensor) => {
          const inner = wrap((z: tf.Tensor) => layer(z, weights[2 * l], weights[2 * l + 1]));
          const middle = tf.tidy(() => tf.mul(inner(input), 0.7));
          return layer(middle, weights[2 * l + 2], weights[2 * l + 3]);
        })(y);
      }
      return lossOf(y);
    };
    const all = [x, ...weights];
    const plain = gradientsOf(
      stack((fn) => fn),
      all,
    );
    expect(gradientsOf(stack(checkpoint), all)).toEqual(plain);
    expect(plain.flat().every((value) => value !== 0)).toBe(true);
  });

  it('sums the gradients of a variable that two checkpoints share', () => {
    const w = variable([4, 4], 1);
    const x = normals([3, 4], 2);
    const twice = (wrap: typeof checkpoint) => () => {
      const step = wrap((input: tf.Tensor) => tf.tanh(tf.matMul(input, w)));
      return lossOf(tf.mul(step(step(x)), tf.sum(w)));
    };
    const [, plain] = gradientsOf(
      twice((fn) => fn),
      [w],
    );
    const [, again] = gradientsOf(twice(checkpoint), [w]);
    again.forEach((value, i) => expect(Math.abs(value - plain[i])).toBeLessThan(ROUNDING));
    x.dispose();
  });

  it('lets gradients flow to captured tensors, through an input given back, and past integers', () => {
    const w = variable([6, 4], 1);
    const take = (wrap: typeof checkpoint) =>
      gradientsOf(() => {
        const doubled = tf.mul(w, 2);
        const rows = wrap((counts: tf.Tensor, scale: tf.Tensor) =>
          tf.mul(tf.mul(doubled, tf.cast(counts, 'float32')), scale),
        )(tf.tensor1d([0, 3, 3, 1], 'int32'), tf.sum(w));
        const same = wrap((y: tf.Tensor) => y)(rows);
        return lossOf(wrap((y: tf.Tensor, unused: tf.Tensor) => tf.add(y, unused.size))(same, w));
      }, [w]);
    // The gradient of w is a sum over its three uses.
    const [plain, again] = [take((fn) => fn), take(checkpoint)].map((all) => all.flat());
    const largest = Math.max(...plain.map(Math.abs));
    again.forEach((value, i) => {
      expect(Math.abs(value - plain[i])).toBeLessThan(ROUNDING * largest);
    });
  });

  it('draws the dropout of the forward pass again, in blocks whose gradients it leaves as they are', () => {
    const take = (wrap: typeof checkpoint) => {
      const blocks = [0, 1, 2].map(
        (seed) => new TransformerBlock({ kind: 'shaped', numHeads: 2, seed, dropout: 0.4 }),
      );
      return tf.tidy(() => {
        const x = normals([2, 6, 8], 5);
        for (const block of blocks) block.apply(x);
        const weights = blocks.flatMap(({ trainableWeights }) =>
          trainableWeights.map((weight) => weight.read() as tf.Variable),
        );
        const run = (y: tf.Tensor, block: TransformerBlock) =>
          wrap((input: tf.Tensor) => block.apply(input, { training: true }) as tf.Tensor)(y);
        // Two steps: the second has other masks.
        const steps = [0, 1].map(() =>
          gradientsOf(
            () =>
              lossOf(wrap((y: tf.Tensor) => blocks.slice(0, 2).reduce(run, y))(run(x, blocks[2]))),
            weights,
          ),
        );
        for (const block of blocks) block.dispose();
        return steps;
      });
    };
    const [first, second] = take(checkpoint);
    expect([first, second]).toEqual(take((fn) => fn));
    expect(second).not.toEqual(first);
  });

  it('passes the padding mask on to and out of the layers inside', () => {
    const masks: number[][] = [];
    const take = (wrap: typeof checkpoint) => {
      const blocks = [1, 2].map(
        (seed) => new TransformerBlock({ kind: 'shaped', numHeads: 2, seed }),
      );
      return tf.tidy(() => {
        const x = normals([2, 5, 8], 4);
        for (const block of blocks) block.apply(x);
        const weights = blocks.flatMap(({ trainableWeights }) =>
          trainableWeights.map((weight) => weight.read() as tf.Variable),
        );
        const result = gradientsOf(() => {
          const mask = tf.tensor2d([1, 1, 1, 0, 0, 1, 1, 0, 0, 0], [2, 5], 'bool');
          let y: tf.Tensor = Object.assign(x, { kerasMask: mask });
          for (const block of blocks) y = wrap((z: tf.Tensor) => block.apply(z) as tf.Tensor)(y);
          masks.push(Array.from((y as typeof x & { kerasMask: tf.Tensor }).kerasMask.dataSync()));
          return lossOf(y);
        }, weights);
        for (const block of blocks) block.dispose();
        return result;
      });
    };
    take(checkpoint);
    const before = tf.memory().numTensors;
    expect(take(checkpoint)).toEqual(take((fn) => fn));
    expect(tf.memory().numTensors).toBe(before);
    expect(masks).toEqual(Array(3).fill([1, 1, 1, 0, 0, 1, 1, 0, 0, 0]));
  });

  it('holds one input a layer until the backward pass, and leaves nothing behind', () => {
    const weights = [0, 1, 2, 3].flatMap((l) => [variable([4, 8], l), variable([8, 4], 9 + l)]);
    const buffersOf = (wrap: typeof checkpoint): number => {
      let held = 0;
      gradientsOf(() => {
        const before = backend().numDataIds();
        let y: tf.Tensor = tf.tidy(() => normals([5, 4], 1));
        for (let l = 0; l < 4; l++) {
          const run = wrap((x: tf.Tensor) => layer(x, weights[2 * l], weights[2 * l + 1]));
          y = tf.tidy(() => run(y));
        }
        held = backend().numDataIds() - before;
        return lossOf(y);
      }, weights);
      return held;
    };
    const plain = buffersOf((fn) => fn);
    buffersOf(checkpoint);
    const before = { tensors: tf.memory().numTensors, ids: backend().numDataIds() };
    // The start and the result of every layer, which wasm as shipped copies when it clones.
    expect(buffersOf(checkpoint)).toBe(name === 'wasm' ? 9 : 5);
    expect(plain).toBeGreaterThan(8);
    for (let i = 0; i < 5; i++) buffersOf(checkpoint);
    expect({ tensors: tf.memory().numTensors, ids: backend().numDataIds() }).toEqual(before);
  });

  it('gives no gradient to constants, and keeps none', () => {
    const mask = tf.tensor1d([0, 2]);
    const flow = (constants: tf.Tensor[]) =>
      tf.tidy(() => {
        const [ofX, ofMask] = tf.grads((x, captured) =>
          tf.add(checkpoint((y: tf.Tensor) => tf.mul(y, captured), { constants })(x), captured),
        )([tf.tensor1d([3, 5]), mask]);
        return [ofX, ofMask].map((t) => Array.from(t.dataSync()));
      });
    expect(flow([mask])).toEqual([
      [0, 2],
      [1, 1],
    ]);
    expect(flow([])).toEqual([
      [0, 2],
      [4, 6],
    ]);
    mask.dispose();
  });

  it('only calls the function where no gradient is taken', () => {
    let calls = 0;
    const counted = checkpoint((x: tf.Tensor) => {
      calls++;
      return tf.square(x);
    });
    const { numTensors } = tf.memory();
    const result = tf.tidy(() => counted(tf.scalar(3)).dataSync()[0]);
    expect([result, calls, tf.memory().numTensors]).toEqual([9, 1, numTensors]);
    const slope = tf.tidy(() => tf.grad(counted)(tf.scalar(3)).dataSync()[0]);
    expect([slope, calls]).toEqual([6, 3]);
  });

  it('delays the recomputation by what it is given', () => {
    const seen: number[][] = [];
    const delay = (inputs: tf.Tensor[], dy: tf.Tensor) => {
      seen.push([...inputs, dy].map((t) => t.dataSync()[0]));
      return inputs.map((x) => tf.add(x, 0));
    };
    const fn = checkpoint((x: tf.Tensor) => tf.square(x), { delay });
    expect(
      tf.tidy(
        () =>
          tf
            .grad((x) => tf.mul(fn(x), 5))(tf.scalar(3))
            .dataSync()[0],
      ),
    ).toBe(30);
    expect(seen).toEqual([[3, 5]]);
  });

  it('refuses second derivatives', () => {
    const cube = checkpoint((x: tf.Tensor) => tf.pow(x, 3));
    expect(() => tf.tidy(() => tf.grad(tf.grad(cube))(tf.scalar(2)))).toThrow(
      'checkpoint: expected a first derivative, got a gradient of a gradient.',
    );
  });

  it('reads captured tensors that were disposed of in the meantime', () => {
    const kept: tf.Tensor[] = [];
    const take = (wrap: typeof checkpoint) =>
      tf.tidy(() => {
        const slope = tf.grad((x) =>
          tf.tidy(() => {
            const local = tf.mul(x, 2);
            const which = tf.tensor1d([1, 0], 'int32');
            kept.push(local, which);
            return wrap((y: tf.Tensor) => tf.mul(tf.mul(y, local), tf.cast(which, 'float32')))(x);
          }),
        )(tf.tensor1d([3, 5]));
        return Array.from(slope.dataSync());
      });
    const before = tf.memory().numTensors;
    expect(take(checkpoint)).toEqual([12, 0]);
    expect(take((fn) => fn)).toEqual([12, 0]);
    expect(tf.memory().numTensors).toBe(before);
    expect(kept.map(({ isDisposed }) => isDisposed)).toEqual(Array(4).fill(true));
  });

  it('refuses to draw more the second time', () => {
    let calls = 0;
    const fn = checkpoint((x: tf.Tensor) => {
      for (let i = 0; i <= calls; i++) replayed(() => i);
      calls++;
      return tf.square(x);
    });
    expect(() => tf.tidy(() => tf.grad(fn)(tf.scalar(2)))).toThrow(
      'replayed: expected the recomputation of a checkpoint to draw 1 values like its forward pass, got more.',
    );
  });

  it('leaves the engine as it was when the function throws', () => {
    const failing = checkpoint((x: tf.Tensor): tf.Tensor => {
      tf.square(x);
      throw new Error('the cat');
    });
    const before = tf.memory().numTensors;
    expect(() => tf.tidy(() => tf.grad(failing)(tf.scalar(2)))).toThrow('the cat');
    expect(tf.memory().numTensors).toBe(before);
    expect(replayed(() => 7)).toBe(7);
    expect(
      tf.tidy(
        () =>
          tf
            .grad((x) => tf.square(x))(tf.scalar(2))
            .dataSync()[0],
      ),
    ).toBe(4);
  });
});
