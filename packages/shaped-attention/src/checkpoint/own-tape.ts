import * as tf from '@tensorflow/tfjs-core';

type Tape = ReturnType<typeof tf.engine>['state']['activeTape'];

/**
 * Runs `fn` as if no gradient were being taken around it, and puts the engine's tape back.
 *
 * `tf.grads` inside a gradient function would otherwise begin a tape in place of the one that the
 * outer gradient still walks. `gradientDepth`, `kernelDepth` and `activeTape` are the whole state of
 * the tape in TensorFlow.js 4.22; they are public in its types, not in its documentation.
 */
export function withoutTape<T>(fn: () => T): T {
  const { state } = tf.engine();
  const { activeTape, gradientDepth, kernelDepth } = state;
  // The engine's own value between gradients, which its types do not know.
  Object.assign(state, { activeTape: null, gradientDepth: 0, kernelDepth: 0 });
  try {
    return fn();
  } finally {
    Object.assign(state, { activeTape, gradientDepth, kernelDepth });
  }
}

/**
 * The result of `fn`, and every tensor that its ops read though it is neither among `inputs` nor made
 * by `fn`: the variables and tensors that `fn` captures. All else that `fn` made is disposed of.
 */
export function withCaptured<T extends tf.Tensor>(
  fn: () => T,
  inputs: readonly tf.Tensor[],
): { value: T; captured: tf.Tensor[] } {
  // Tensors are numbered in the order they are made: what comes after this one is made by fn.
  const marker = tf.scalar(0);
  marker.dispose();
  const { value, tape } = onOwnTape(fn);
  const own = new Set(inputs.map(({ id }) => id));
  const captured = new Map<number, tf.Tensor>();
  for (const { inputs: read } of tape) {
    for (const tensor of Object.values(read)) {
      if (tensor.id < marker.id && !own.has(tensor.id)) captured.set(tensor.id, tensor);
    }
  }
  return { value, captured: [...captured.values()] };
}

/** Runs `fn` on a tape of its own; what the tape keeps for a gradient is given up. */
function onOwnTape<T extends tf.Tensor>(fn: () => T): { value: T; tape: Tape } {
  return withoutTape(() => {
    const { state } = tf.engine();
    const tape: Tape = [];
    Object.assign(state, { activeTape: tape, gradientDepth: 1 });
    try {
      return { value: tf.tidy(fn), tape };
    } finally {
      for (const { saved } of tape) tf.dispose(saved);
    }
  });
}

/**
 * Runs `fn` with tensors that may have been disposed of, and afterwards are so again. What captured
 * them reads them by their identity; meanwhile their data is that of a clone, the second of each pair.
 */
export function withRevived<T>(
  pairs: readonly (readonly [tensor: tf.Tensor, clone: tf.Tensor])[],
  fn: () => T,
): T {
  const gone = pairs.filter(([{ isDisposed }]) => isDisposed);
  for (const [tensor, { dataId }] of gone) {
    Object.assign(tensor, { dataId, isDisposedInternal: false });
  }
  try {
    return fn();
  } finally {
    for (const [tensor] of gone) Object.assign(tensor, { isDisposedInternal: true });
  }
}
