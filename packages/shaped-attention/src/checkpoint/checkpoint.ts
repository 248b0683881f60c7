import * as tf from '@tensorflow/tfjs-core';
import { attachedMask } from '../attention/attention-call.js';
import { withCaptured, withoutTape, withRevived } from './own-tape.js';
import { keepDraws, replayDraws } from './replayed.js';

export interface CheckpointOptions {
  /**
   * Captured tensors that need no gradient, such as masks, which would be computed and kept for
   * nothing. Defaults to none.
   */
  constants?: readonly tf.Tensor[];
  /**
   * Gives the inputs that the function is computed from again, of the same values, once the gradient
   * `dy` of its result is there. Defaults to the saved inputs. A backend that records a graph needs
   * it, since a graph computes at once what does not depend on `dy`.
   */
  delay?: (inputs: tf.Tensor[], dy: tf.Tensor) => tf.Tensor[];
}

const isFloat = ({ dtype }: tf.Tensor) => dtype === 'float32';

/**
 * The tensor with a copy of a layer's padding mask, which a clone does not take along. A copy of its
 * own, because a tensor that is disposed of takes its mask with it.
 */
function withMask<T extends tf.Tensor>(tensor: T, mask: tf.Tensor | null): T {
  return mask === null ? tensor : Object.assign(tensor, { kerasMask: tf.keep(tf.clone(mask)) });
}

const copy = <T extends tf.Tensor>(tensor: T): T =>
  withMask(tf.clone(tensor), attachedMask(tensor));

/**
 * The function `fn`, whose gradient needs less memory and more time: of what it computes only its
 * inputs and its result are kept, and the backward pass computes it again.
 *
 * Gradients flow to the inputs and to every variable and tensor that `fn` captures, and are those of
 * `fn` itself, bit for bit where a backend computes the same twice: the same kernels run on the same
 * values in the same order. Where two checkpoints share a variable, its gradients are summed in
 * another order. Checkpoints may stand within each other, in layers and in `tf.tidy`. Where no
 * gradient is taken, `fn` is only called.
 *
 * In a network of L equal blocks, each in a checkpoint, the memory of activations falls from L blocks
 * to one block and L inputs; a forward pass is added, about a third of a step. Source: Chen et al.
 * 2016, arXiv 1604.06174.
 *
 * `fn` must compute the same each time: what it draws goes through `replayed` (the dropout of this
 * package's layers does). It must not count its calls otherwise. Not for second derivatives.
 *
 * @param fn gives one tensor
 * @throws Error in the backward pass, for a second derivative
 */
export function checkpoint<A extends tf.Tensor[], T extends tf.Tensor>(
  fn: (...inputs: A) => T,
  { constants = [], delay = (inputs) => inputs }: CheckpointOptions = {},
): (...inputs: A) => T {
  return (...inputs) => {
    if (!tf.engine().isTapeOn()) return fn(...inputs);
    return tf.tidy(() => {
      const draws: unknown[] = [];
      const run = () => copy(fn(...(inputs.map(copy) as A)));
      const { value, captured } = withCaptured(() => keepDraws(draws, run), inputs);
      const flowing = captured.filter((tensor) => isFloat(tensor) && !constants.includes(tensor));
      const sources = [...inputs.filter(isFloat), ...flowing];
      const masks = inputs.map(attachedMask);
      // A variable lives longer than a gradient; other tensors may not.
      const mortal = captured.filter((tensor) => !(tensor instanceof tf.Variable));

      const gradFunc = (dy: T, saved: tf.Tensor[]): tf.Tensor[] => {
        refuseSecondDerivative();
        const rest = saved.slice(inputs.length);
        const clones = rest.splice(0, mortal.length);
        return tf.tidy(() => {
          const again = delay(saved.slice(0, inputs.length), dy).map((input, i) =>
            withMask(tf.clone(input), masks[i] && (rest.shift() as tf.Tensor)),
          ) as A;
          const recompute = () => replayDraws(draws, () => fn(...again));
          const xs = [...again.filter(isFloat), ...flowing];
          const pairs = mortal.map((tensor, i) => [tensor, clones[i]] as const);
          const { grads } = withRevived(pairs, () =>
            withoutTape(() => tf.engine().gradients(recompute, xs, dy, true)),
          );
          // A source that fn reads, but whose gradient its result does not have.
          return grads.map((grad, i) => (grad as tf.Tensor | undefined) ?? tf.zerosLike(xs[i]));
        });
      };
      const apply = tf.customGrad<T>((...args) => {
        const save = args[args.length - 1] as tf.GradSaveFunc;
        save([...inputs, ...mortal, ...masks.filter((mask) => mask !== null)]);
        return { value: tf.clone(value), gradFunc };
      });
      return withMask(
        sources.length === 0 ? tf.clone(value) : apply(...sources),
        attachedMask(value),
      );
    });
  };
}

function refuseSecondDerivative(): void {
  if (tf.engine().state.gradientDepth === 0) return;
  throw new Error(
    'checkpoint: expected a first derivative, got a gradient of a gradient. Leave the checkpoint out where you need one.',
  );
}
